"""The catalogue: read from the files' first lines; options from a config fit or are refused."""

import dataclasses
from typing import Annotated, Literal

import pytest

from errors import UserError
from tasks import catalogue
from tasks.catalogue import find_experiment, fits, list_experiments, read_names, restore
from tasks.experiment import Experiment


@pytest.mark.parametrize("name", read_names())
def test_every_experiment_keeps_the_contract(name):
    kind = find_experiment(name)
    assert issubclass(kind, Experiment) and dataclasses.is_dataclass(kind)
    assert kind.__dataclass_params__.frozen
    for step in ("load", "build", "fit", "export", "evaluate"):
        assert getattr(kind, step) is not getattr(Experiment, step), step
    experiment = kind()
    with pytest.raises(dataclasses.FrozenInstanceError):
        experiment.seed = 1


def test_the_list_has_a_line_for_each():
    page = list_experiments()
    for name in read_names():
        (line,) = (line for line in page.splitlines() if line.startswith(f"  {name} "))
        assert len(line.split(maxsplit=1)[1]) > 20 and len(line) < 140
    assert "Lecture 1, tables" in page and "--config" in page and "NAME --help" in page


def test_a_new_topic_is_a_new_file(tmp_path, monkeypatch):
    theme = tmp_path / "waves"
    theme.mkdir()
    (theme / "__init__.py").write_text('"""Lecture 9, waves: of all kinds."""')
    (theme / "standing_wave.py").write_text('"""A wave that stands.\n\nMore text.\n"""')
    (theme / "_helper.py").write_text("")
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    assert catalogue.read_themes() == {
        "Lecture 9, waves: of all kinds": {"standing-wave": "A wave that stands"}
    }
    assert read_names() == ["standing-wave"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tabel", "no experiment 'tabel'. Did you mean table?"),
        ("", "no experiment ''"),
        ("../tables/table", "no experiment"),
        ("house_prices", "Did you mean house-prices?"),
    ],
)
def test_names_that_are_none(name, message):
    with pytest.raises(UserError) as caught:
        find_experiment(name)
    assert message in str(caught.value) and "lists all of them" in str(caught.value)


def test_an_experiment_is_restored_from_its_config():
    options = {"formula": "2*x", "hidden": (3,), "interval": (0, 1.5), "learning_rate": 1}
    experiment = restore({"experiment": "function", "options": options})
    assert experiment.formula == "2*x" and experiment.interval == (0, 1.5)
    assert experiment.samples == 4000


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"formul": "x"}, "an option 'formul' unknown to function. Did you mean formula?"),
        ({"epochs": "many"}, "has epochs = 'many', which must be int"),
        ({"epochs": 1.5}, "has epochs = 1.5, which must be int"),
        ({"hidden": (1.5,)}, "which must be tuple"),
        ({"activation": "rellu"}, "which must be Literal"),
        ({"epochs": 0}, "--epochs must be a number 1 or larger. Received: 0"),
    ],
)
def test_options_that_do_not_fit(options, message):
    with pytest.raises(UserError) as caught:
        restore({"experiment": "function", "options": options})
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (1, int, True),
        (True, int, False),
        (1.0, int, False),
        (1, float, True),
        (True, float, False),
        ("1", float, False),
        ("a", str, True),
        (None, str, False),
        (True, bool, True),
        (1, bool, False),
        ("a", Literal["a", "b"], True),
        ("c", Literal["a", "b"], False),
        ((1, 2), tuple[int, ...], True),
        ((), tuple[int, ...], True),
        ((1, "2"), tuple[int, ...], False),
        ([1], tuple[int, ...], False),
        ((1, 2.5), tuple[float, ...], True),
        ("a", Annotated[str, "path"], True),
        (1, Annotated[str, "path"], False),
        ({}, str, False),
        ("auto", float | Literal["auto"], True),
        (1, float | Literal["auto"], True),
        ("none", float | Literal["auto"], False),
    ],
)
def test_values_from_json_and_types(value, kind, expected):
    assert fits(value, kind) is expected

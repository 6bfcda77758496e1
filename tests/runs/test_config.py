"""`config.json`: written part by part, read whole or refused in one line."""

import json

import pytest

from errors import UserError
from runs.config import FINISHED, FORMAT, UNFINISHED, read_config, to_tuples, update_config

CONTENT = {
    **{"format": FORMAT, "experiment": "digits", "options": {"hidden": [3, [4]]}},
    **{part: {} for part in ("data", "inputs", "endpoints", "training", "versions")},
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "run").mkdir()
    update_config(tmp_path / "run", **CONTENT)
    return tmp_path / "run"


def test_parts_are_added_one_after_another(tmp_path):
    update_config(tmp_path, format=FORMAT, experiment="xor", options={"hidden": (3,)})
    update_config(tmp_path, training={"epochs": 1})
    update_config(tmp_path, training={"epochs": 2})
    content = json.loads((tmp_path / "config.json").read_text())
    assert list(content) == ["format", "experiment", "options", "training"]
    assert content["options"] == {"hidden": [3]} and content["training"] == {"epochs": 2}
    assert [path.name for path in tmp_path.iterdir()] == ["config.json"]


def test_a_training_is_resumed_with_its_own_data_only(tmp_path):
    data = {"source": "a table", "classes": (1, 2)}  # a tuple becomes a list and is the same
    update_config(tmp_path, data=data)
    update_config(tmp_path, data=data)
    with pytest.raises(UserError, match="the data has changed .* Give --overwrite"):
        update_config(tmp_path, data=data | {"classes": (1, 2, 3)})
    assert json.loads((tmp_path / "config.json").read_text())["data"]["classes"] == [1, 2]


@pytest.mark.parametrize("given", ["", "config.json"])
def test_a_config_is_read_by_its_folder_or_its_file(folder, given):
    expected = CONTENT | {"options": {"hidden": (3, (4,))}}  # options are frozen: they have tuples
    assert read_config(folder / given) == expected


def test_a_run_that_was_not_moved_into_its_place_is_found(folder):
    folder.rename(folder.with_name(".run.complete"))
    assert read_config(folder)["experiment"] == "digits"
    assert (folder / "config.json").exists() and not folder.with_name(".run.complete").exists()


def test_a_name_that_is_nearly_that_of_a_run(saved_models):
    (saved_models / "digits").mkdir(parents=True)
    (saved_models / "digits" / "config.json").touch()
    with pytest.raises(UserError, match="has no config.json. Did you mean digits?"):
        read_config(saved_models / "digit")


@pytest.mark.parametrize("number", [1, FORMAT + 1])
def test_a_different_format(folder, number):
    update_config(folder, format=number)
    message = f"has format {number}; this version reads format {FORMAT}. Train it again"
    with pytest.raises(UserError, match=message):
        read_config(folder)


@pytest.mark.parametrize("part", FINISHED)
@pytest.mark.parametrize("value", [None, "text", [1]])
def test_a_part_that_is_missing_or_of_a_different_kind(folder, part, value):
    if part == "experiment" and value == "text":
        value = 3
    (folder / "config.json").write_text(json.dumps(CONTENT | {part: value}))
    with pytest.raises(UserError, match=f"{part!r} is missing. Train it again with --overwrite"):
        read_config(folder)


def test_an_unfinished_run_has_fewer_parts(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({part: CONTENT[part] for part in UNFINISHED}))
    assert read_config(tmp_path, UNFINISHED)["experiment"] == "digits"
    with pytest.raises(UserError, match="'data' is missing"):
        read_config(tmp_path)


@pytest.mark.parametrize("content", [b"hello", b"\xff\xfe\0", b"null", b"[1]", b"", b"[" * 10**5])
def test_what_is_no_config(tmp_path, content):
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(UserError, match="is not the config.json of a run"):
        read_config(tmp_path)


def test_lists_become_tuples_everywhere():
    assert to_tuples({"a": [1, [2, {"b": [3]}]]}) == {"a": (1, (2, {"b": (3,)}))}

"""Tables of scores, and the list of all runs: a row a run, however far it came."""

import json
import os

import pytest

from evaluation.evaluation import Headline
from evaluation.supervised import choose_headline, tabulate_scores
from evaluation.tables import HEADER, describe_run, format_table, list_runs, print_tables

CONFIG = {"experiment": "heat", "training": {"epochs": 3}}


@pytest.fixture
def row(tmp_path):
    """The row of a run with this `metrics.json` and this `config.json`."""

    def call(metrics=None, config=CONFIG):
        folder = tmp_path / "run"
        folder.mkdir(exist_ok=True)
        for name, content in (("config.json", config), ("metrics.json", metrics)):
            if content is not None:
                content = content if isinstance(content, bytes) else json.dumps(content).encode()
                (folder / name).write_bytes(content)
        found = describe_run(folder)
        assert len(found) == len(HEADER) and format_table([HEADER, found])
        return found

    return call


def test_beside_a_baseline(row):
    headline = {"score": "RMSE of y", "value": 1.0, "baseline": 2.0, "method": "linear"}
    assert row({"headline": headline}) == ["run", "heat", 3, "RMSE of y", 1.0, 2.0, "linear"]


def test_where_no_baseline_is(row):
    headline = {"score": "relative l2 error of u", "value": 0.1, "baseline": None, "method": ""}
    found = row({"headline": headline})
    assert found == ["run", "heat", 3, "relative l2 error of u", 0.1, "", ""]


def test_an_equation_without_a_reference(row):
    """Its headline is the residual at fresh points."""
    scores = {"residual of u_t - u_xx": {"root_mean_square": 0.25, "maximum": 1.0}}
    headline = choose_headline({"rows": 4096, "scores": {"network": scores}})
    assert headline == Headline("root mean square of residual of u_t - u_xx", 0.25)
    found = row({"headline": vars(headline)})
    assert found[3:] == ["root mean square of residual of u_t - u_xx", 0.25, "", ""]


def test_a_run_that_is_not_evaluated_yet(row):
    assert row() == ["run", "heat", 3, "not evaluated yet", "", "", ""]


GOOD = {"headline": {"score": "a", "value": 1, "baseline": None, "method": ""}}


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"hello",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"3",
        b"[" * 100_000,
        b'{"headline": 3}',
        b'{"splits": {}}',
    ],
    ids=lambda content: content.decode("latin-1")[:20],
)
def test_damaged_metrics(row, damaged):
    assert row(damaged)[3:] == ["config.json or metrics.json is damaged", "", "", ""]


@pytest.mark.parametrize(
    "damaged", [b"", b"{}", b"null", b"[]", b"\xff", b'{"experiment": "heat"}']
)
def test_damaged_configs(row, damaged):
    assert row(GOOD, damaged)[3] == "config.json or metrics.json is damaged"


def test_a_config_that_cannot_be_read(row, tmp_path):
    row(GOOD)
    (tmp_path / "run" / "config.json").unlink()
    (tmp_path / "run" / "config.json").mkdir()
    assert describe_run(tmp_path / "run")[3] == "config.json or metrics.json is damaged"


def test_no_runs_yet(saved_models):
    assert list_runs().startswith("No runs yet.")


def test_a_damaged_run_does_not_hide_the_others(saved_models):
    for name, config in (("a", CONFIG), ("b", []), ("c", CONFIG)):
        (saved_models / name).mkdir(parents=True)
        (saved_models / name / "config.json").write_text(json.dumps(config))
    (saved_models / "c" / "metrics.json").write_text(
        json.dumps({"headline": {"score": "s", "value": 0.123456789, "baseline": 2, "method": "m"}})
    )
    lines = list_runs().splitlines()
    assert len(lines) == 5
    assert lines[0].split() == [*HEADER[:5], "best", "baseline"]
    assert "not evaluated yet" in lines[2] and "is damaged" in lines[3]
    assert lines[4].split() == ["c", "heat", "3", "s", "0.123457", "2", "m"]


def test_what_runs_say_of_themselves_cannot_command_a_terminal(saved_models):
    (saved_models / "a").mkdir(parents=True)
    config = {"experiment": "\x1b[2J\n", "training": {"epochs": "\x1b"}}
    (saved_models / "a" / "config.json").write_text(json.dumps(config))
    assert list_runs().replace("\n", "").isprintable()


def test_numbers_stand_to_the_right():
    rows = [["name", "value", "unit"], ["a", 10, "m"], ["long", 0.123456789, ""], ["c", "", "s"]]
    assert format_table(rows).splitlines() == [
        "  name     value  unit",
        "  --------------------",
        "  a           10  m",
        "  long  0.123457",
        "  c               s",
    ]


SCORES = {
    "network": {"y": {"RMSE": 2.0, "R2": 0.5}, "k": {"accuracy": 0.75}},
    "linear": {"y": {"RMSE": 1.0, "R2": 0.9}, "k": {"accuracy": 0.5}},
    "trees": {"y": {"RMSE": 3.0, "R2": 0.1}},
}


def test_a_table_for_each_split_and_target(capsys):
    tables = tabulate_scores({"test": {"rows": 9, "scores": SCORES}})
    assert tables == {
        "y, test (9 rows)": [
            ["metric", "network", "linear", "trees"],
            ["RMSE", 2.0, 1.0, 3.0],
            ["R2", 0.5, 0.9, 0.1],
        ],
        "k, test (9 rows)": [
            ["metric", "network", "linear", "trees"],
            ["accuracy", 0.75, 0.5, ""],
        ],
    }
    print_tables(tables)
    assert "y, test (9 rows)\n  metric  network  linear  trees\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        (SCORES, Headline("RMSE of y", 2.0, 1.0, "linear")),
        (
            {name: {"k": found["k"]} for name, found in SCORES.items() if "k" in found},
            Headline("accuracy of k", 0.75, 0.5, "linear"),
        ),
        ({"network": SCORES["network"]}, Headline("RMSE of y", 2.0)),
        (
            {"network": {"u": {"maximum_error": 1.0, "relative_l2_error": 0.5}}, "other": {}},
            Headline("relative l2 error of u", 0.5),
        ),
        ({"network": {"x": {"best": 1.0}}}, Headline("best of x", 1.0)),
    ],
)
def test_the_headline_is_the_main_score_beside_the_best_baseline(scores, expected):
    assert choose_headline({"rows": 9, "scores": scores}) == expected


def test_the_list_reads_links_and_folders_only(saved_models):
    saved_models.mkdir()
    os.symlink(saved_models / "nowhere", saved_models / "link")
    (saved_models / "README.md").write_text("runs land here")
    assert list_runs().startswith("No runs yet.")

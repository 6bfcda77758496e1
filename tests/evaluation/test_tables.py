"""The list of all runs: one row a run, whatever kind it is of, and however far it came."""

import json

import pytest

from evaluation.tables import overview, show


@pytest.fixture
def row(tmp_path):
    """The row of a run with these metrics."""

    def call(metrics=None):
        folder = tmp_path / "run"
        folder.mkdir()
        config = {"experiment": "heat", "training": {"epochs": 3}}
        (folder / "config.json").write_text(json.dumps(config))
        if metrics is not None:
            (folder / "metrics.json").write_text(
                metrics if isinstance(metrics, str) else json.dumps(metrics)
            )
        header, found = overview([folder])
        assert len(header) == len(found) and show([header, found])
        return found

    return call


def test_beside_a_baseline(row):
    scores = {
        "rows": 9,
        "network": {"y": {"RMSE": 1.0, "R2": 0.5}},
        "baseline": {"y": {"RMSE": 2.0}},
    }
    assert row({"baseline": "linear", "splits": {"test": scores}}) == [
        "run",
        "heat",
        3,
        "RMSE of y",
        1.0,
        2.0,
    ]


def test_where_no_baseline_is(row):
    scores = {"rows": 9, "network": {"u": {"relative L2 error": 0.1}}}
    assert row({"baseline": "", "splits": {"test": scores}}) == [
        "run",
        "heat",
        3,
        "relative L2 error of u",
        0.1,
        "",
    ]


def test_a_study(row):
    assert row({"summary": {"score": "largest difference", "value": 1e-15}})[3:] == [
        "largest difference",
        1e-15,
        "",
    ]


def test_not_evaluated_and_damaged(row, tmp_path):
    assert row()[3] == "not evaluated yet"
    (tmp_path / "run" / "metrics.json").write_text("{")
    assert "damaged" in overview([tmp_path / "run"])[1][3]

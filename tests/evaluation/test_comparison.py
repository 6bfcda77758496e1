"""Runs side by side: scores, options that differ, the spread over seeds."""

import json

import pytest

import evaluate
from errors import UserError
from evaluation.comparison import compare_runs
from runs.run import Run


@pytest.fixture
def make_run(tmp_path):
    def make(name, accuracy, experiment="digits", targets=("digit",), rows="a1", **options):
        folder = tmp_path / name
        folder.mkdir()
        config = {
            "format": 2, "experiment": experiment, "options": {"name": name, "seed": 0} | options,
            "data": {"fingerprint": rows}, "inputs": {}, "endpoints": {}, "versions": {},
            "training": {"epochs": 2, "device": "CPU"},
        }  # fmt: skip
        scores = {"network": {target: {"accuracy": accuracy} for target in targets}}
        metrics = {
            "headline": {"score": "accuracy of digit", "value": accuracy, "baseline": 0.9,
                         "method": "logistic regression"},
            "splits": {"test": {"rows": 50, "scores": scores}},
        }  # fmt: skip
        (folder / "config.json").write_text(json.dumps(config))
        (folder / "metrics.json").write_text(json.dumps(metrics))
        (folder / "history.csv").write_text("epoch,loss,seconds\n0,1.0,2.5\n1,0.5,5.0\n")
        return Run(folder)

    return make


def test_scores_options_and_spread(make_run):
    runs = [
        make_run("one", 0.92, hidden=[64, 32]),
        make_run("two", 0.96, hidden=[64, 32], seed=1),
        make_run("three", 0.99, hidden=[128], dropout=0.5),
    ]
    tables = compare_runs(runs)
    assert tables["Runs"][1] == [
        *("one", "digits", 2, 5.0, "accuracy of digit", 0.92, 0.9, "logistic regression"),
    ]
    assert tables["Options that differ"] == [
        ["run", "seed", "hidden", "dropout"],
        ["one", 0, "64 32", ""],
        ["two", 1, "64 32", ""],
        ["three", 0, "128", 0.5],
    ]
    assert tables["digit, test"][1:] == [["one", 0.92], ["two", 0.96], ["three", 0.99]]
    (header, row) = tables["Spread over 2 seeds: one, two"]
    assert row == [
        "digit, test: accuracy",
        pytest.approx(0.94),
        pytest.approx(0.0283, 0.01),
        0.92,
        0.96,
    ]
    assert header[2] == "standard deviation"


def test_runs_of_different_topics_and_rows(make_run):
    runs = make_run("one", 0.9), make_run("two", 0.8, "table", ("digit", "size"), rows="b2")
    tables = compare_runs(runs)
    assert tables["Options that differ"] == [["run", "test_rows"], ["one", "a1"], ["two", "b2"]]
    assert tables["size, test"] == [["run", "accuracy"], ["two", 0.8]]
    assert "digit, test (of different test rows)" in tables
    assert not any(heading.startswith("Spread") for heading in tables)


def test_different_data_and_the_words_for_measures(make_run):
    runs = make_run("one", 0.9), make_run("two", 0.8)
    measures = {"newness": 1.0, "frechet_distance": 2.0, "mean_log_density": None}
    for run, source in zip(runs, ("moons", "circles"), strict=True):
        run.config["data"]["source"] = source
        run.metrics["splits"]["test"]["scores"]["network"] = {"samples": measures}
    tables = compare_runs(runs)
    assert tables["samples, test (of different data, so the values cannot be compared)"] == [
        ["run", "distance to training rows", "Fréchet distance", "true log density"],
        ["one", 1.0, 2.0, "-inf"],
        ["two", 1.0, 2.0, "-inf"],
    ]


def test_the_command(make_run, capsys):
    runs = [make_run("one", 0.9), make_run("two", 0.8)]
    folders = [str(run.folder) for run in runs]
    evaluate.main(folders)
    assert "digit, test\n  run  accuracy" in capsys.readouterr().out
    with pytest.raises(UserError, match="named twice"):
        evaluate.main([folders[0], folders[0]])
    with pytest.raises(UserError, match="Give one folder"):
        evaluate.main([*folders, "--data", "new.csv"])
    with pytest.raises(UserError, match="which run"):
        evaluate.main(["--seed", "3"])
    (runs[0].folder / "metrics.json").write_text("{")
    with pytest.raises(UserError, match="metrics.json is damaged"):
        evaluate.main(folders)

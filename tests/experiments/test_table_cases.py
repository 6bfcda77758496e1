"""Tables as people store them, each with the score that the plainly written table would have."""

import pandas as pd
import pytest

import evaluate
import train
from runs.run import Run

QUICK = ("--epochs", "60", "--members", "1")


@pytest.fixture
def fit(shared, saved_models, capsys):
    """Train on a table of the shared cases and evaluate: `(run, what was printed)`."""

    def fit(name, target, *options):
        train.main(["table", "--data", str(shared(f"../cases/{name}.csv")), "--target", target,
                    *QUICK, *options])  # fmt: skip
        evaluate.main([str(saved_models / "table")])
        return Run(saved_models / "table"), capsys.readouterr().out

    return fit


@pytest.fixture
def predict(shared, saved_models, tmp_path, capsys):
    """Predict a table of the shared cases: a `pandas.DataFrame`."""

    def predict(name):
        output = tmp_path / "predictions.csv"
        data = str(shared(f"../cases/{name}.csv"))
        evaluate.main([str(saved_models / "table"), "--data", data, "--output", str(output)])
        return pd.read_csv(output, dtype=str), capsys.readouterr().out

    return predict


def get_score(run, target, metric, method="network"):
    return run.read_metrics()["splits"]["test"]["scores"][method][target][metric]


def test_question_marks_are_missing_numbers(fit, predict):
    run, printed = fit("question-marks", "mpg")
    assert get_score(run, "mpg", "r2") > 0.99
    assert "'horsepower': 6 values are not numbers and count as missing: '?' (6)" in printed
    low, high, missing = predict("question-marks-new")[0]["mpg_predicted"].astype(float)
    assert low > missing > high


"""Postcodes"""

"""Descent on a surface and on the diabetes data, from the command to the report."""

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression

import evaluate
import train
from errors import UserError
from tests.checks import check_experiment


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The defaults, trained and evaluated once."""
    with pytest.MonkeyPatch.context() as patch:
        runs = tmp_path_factory.mktemp("runs")
        patch.setattr("runs.folder.RUNS", runs)
        return check_experiment("gradient-descent", runs, pictures=("paths", "losses"))


def by_name(table):
    return {row[0]: row[1:] for row in table[1:]}


def test_batch_descent_follows_its_closed_form(run):
    closed = by_name(run[1]["closed_form"])
    assert all(difference < 1e-10 for _, difference in closed.values())


def test_only_the_rate_above_the_limit_diverges(run):
    losses = by_name(run[1]["losses"])
    assert losses["batch, rate too large"][1] > 1
    assert losses["batch, rate right"][1] < 0.2 * losses["batch, rate too small"][1] < 0.1
    assert losses["batch, momentum"][1] < losses["batch, rate right"][1]


def test_paths_on_the_surface_end_where_calculus_says(run):
    paths = by_name(run[1]["paths"])
    x, y, *_ = paths["rate right"]
    root = max(np.roots([1, 0, -1, 0.1]))  # x^3 - x + 1/10 = 0
    assert (x, y) == pytest.approx((root, 0), abs=1e-4)
    assert paths["saddle"][0] == pytest.approx(sorted(np.roots([1, 0, -1, 0.1]))[1])
    assert abs(paths["rate too large"][1]) > 10


def test_the_saved_model_takes_the_units_of_the_data(run):
    folder, metrics = run
    frame = load_diabetes(as_frame=True, scaled=False).frame
    x, y = frame.drop(columns="target"), frame["target"]
    model = tf.saved_model.load(str(folder / "1"))
    answers = model.serve({name: tf.constant(x[name].to_numpy("float64")) for name in x})["target"]
    by_least_squares = LinearRegression().fit(x, y).predict(x)
    # The network is fitted to fewer rows, and not to the end.
    assert np.corrcoef(answers, by_least_squares)[0, 1] > 0.99
    headline = metrics["headline"]
    assert headline["value"] == pytest.approx(headline["baseline"], rel=0.03)
    columns = {"epoch", "method", "examples", "seconds", "loss"}
    assert set(pd.read_csv(folder / "history.csv").columns) == columns


def test_patients_of_a_file_are_predicted_and_scored(run, tmp_path, capsys):
    frame = load_diabetes(as_frame=True, scaled=False).frame
    frame.to_csv(tmp_path / "patients.csv", index=False)
    output = tmp_path / "predictions.csv"
    evaluate.main([str(run[0]), "--data", str(tmp_path / "patients.csv"), "--output", str(output)])
    assert "RMSE" in capsys.readouterr().out
    assert np.corrcoef(pd.read_csv(output)["target_predicted"], frame["target"])[0, 1] > 0.6


@pytest.mark.parametrize(
    "options, words",
    [
        (["--surface", "x^2 + z"], "unknown name 'z'"),
        (["--surface", "log(x)", "--start", "-1", "0"], "is not finite at"),
        (["--surface", "x - x"], "x or y"),
        (["--start", "1"], "--start must be 2 numbers"),
        (["--rates", "0.1", "0.2"], "--rates must be 3 numbers"),
        (["--box", "1", "0", "0", "1"], "low and high"),
        (["--epochs", "0"], "--epochs"),
    ],
)
def test_mistakes_are_reported(saved_models, options, words):
    with pytest.raises(UserError, match=words):
        train.main(["gradient-descent", *options])

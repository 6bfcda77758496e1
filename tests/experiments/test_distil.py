"""`distil` end to end: a network is trained for a moment, its formula found, exported, scored, drawn; mistakes in a line."""

import json
import os
import runpy
import signal

import keras
import numpy as np
import pandas as pd
import pytest
import sympy
from evaluation.saved_model import load, predict

import evaluate
import train
from errors import UserError
from symbolic import formula

SMALL = ("--samples", "1000", "--epochs", "20", "--hidden", "16")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with short runs of several kinds."""
    folder = tmp_path_factory.mktemp("runs")
    random = np.random.default_rng(0)
    wide = pd.DataFrame(random.uniform(1, 2, (200, 11)), columns=[f"x{n}" for n in range(1, 12)])
    wide["sum of two"] = wide["x1"] + 3 * wide["x2"]
    wide["sign"] = np.where(wide["x3"] > 1.5, "high", "low")
    wide.to_csv(folder / "wide.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.run.RUNS", folder)
        keras.utils.clear_session()  # layers are named anew: dense, dense_1, ...
        train.main(["function", "--formula", "x^2+x", "--interval", "-1", "2", *SMALL])
        train.main(["ode", "--epochs", "30"])
        train.main(
            [
                "table",
                "--name",
                "wide",
                "--data",
                str(folder / "wide.csv"),
                "--target",
                "sum of two",
                "--epochs",
                "2",
            ]
        )
        train.main(
            [
                "table",
                "--name",
                "classes",
                "--data",
                str(folder / "wide.csv"),
                "--target",
                "sign",
                "--epochs",
                "1",
            ]
        )
        train.main(["digits", "--model", "dense", "--epochs", "1"])
    return folder


@pytest.fixture
def distil(runs, saved_models):
    """Distil a run for a moment; return the new run's folder."""

    def call(run, *options):
        train.main(["distil", "--from", str(runs / run), "--seconds", "2", "--overwrite", *options])
        return saved_models / "distil"

    return call


def chosen(folder):
    front = pd.read_csv(folder / "front.csv", keep_default_na=False)
    return formula.parse(front.loc[front["chosen"] == "yes", "formula"].iloc[0])


def test_a_formula_is_found_exported_and_scored(distil, capsys):
    folder = distil("function")
    assert sympy.simplify(chosen(folder) - formula.parse("x^2 + x")) == 0
    assert "f = x**2 + x" in capsys.readouterr().out
    x = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(predict(load(folder), {"x": x})["f"], x**2 + x, rtol=1e-12)
    np.testing.assert_allclose(runpy.run_path(folder / "formula.py")["f"](x), x**2 + x, rtol=1e-12)
    assert (folder / "formula.tex").read_text() == "f = x^{2} + x\n"

    evaluate.main([str(folder)])
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["summary"]["score"] == "RMSE inside, against truth"
    assert (
        metrics["summary"]["value"] < 1e-12 < metrics["summary"]["baseline"]
    )  # twenty epochs: the network is not so good
    scored = {row[0]: row[2:] for row in metrics["tables"]["root mean square error"][1:]}
    assert scored["outside, against truth"][0] < 1e-12
    assert {path.stem for path in (folder / "plots").iterdir()} == {
        "pareto-front",
        "formula-against-network",
        "extrapolation",
    }


def test_the_solution_of_an_equation(distil):
    folder = distil("ode")
    assert sympy.simplify(chosen(folder) - formula.parse("exp(-x^2)")) == 0
    evaluate.main([str(folder)])
    assert json.loads((folder / "metrics.json").read_text())["summary"]["value"] < 1e-12


def test_config_repeats_it(distil, saved_models):
    folder = distil("function", "--operators", "add", "mul")
    train.main(["--config", str(folder / "config.json"), "--name", "again"])
    assert (saved_models / "again" / "front.csv").read_text().startswith("complexity")
    repeated, first = (
        json.loads((saved_models / name / "config.json").read_text())
        for name in ("again", "distil")
    )
    assert repeated["options"] | {"name": ""} == first["options"]


def test_some_inputs_of_many_and_a_hidden_layer(distil):
    folder = distil("wide", "--inputs", "x2", "x1")
    evaluate.main([str(folder)])
    metrics = json.loads((folder / "metrics.json").read_text())
    assert (
        metrics["summary"]["value"] < 0.1
    )  # of values from 4 to 8; with the inputs in another order 1
    assert {path.stem for path in (folder / "plots").iterdir()} >= {
        "extrapolation-x1",
        "extrapolation-x2",
    }
    table = pd.read_csv(folder / "checks.csv")
    assert {"x1", "x2", "network"} <= set(table.columns)
    assert "measured" not in table.columns  # the other inputs vary in the data
    folder = distil(
        "function", "--layer", "dense", "--output", "1", "--operators", "add", "mul", "tanh"
    )
    table = pd.read_csv(folder / "checks.csv")
    formula_values = formula.compile_function(chosen(folder), ["x"])(table["x"])[
        table["where"] == "inside"
    ]
    assert (
        np.abs(formula_values - table["network"][table["where"] == "inside"]).max() < 1e-2
    )  # it is tanh(w x + b)


def test_ctrl_c_keeps_the_formulas_so_far(distil, monkeypatch):
    from symbolic.genetic_programming import Candidate

    def pressed_after_the_first(*arguments):
        yield [Candidate(3, 0.5, "1.1*x"), Candidate(5, 0.1, "x + 1.1*x^2")]
        os.kill(os.getpid(), signal.SIGINT)
        yield []
        raise AssertionError("it goes on")

    monkeypatch.setattr("symbolic.genetic_programming.breed", pressed_after_the_first)
    folder = distil("function", "--seconds", "100")
    assert (folder / "1" / "saved_model.pb").exists()
    assert not chosen(folder).is_number


@pytest.mark.parametrize(
    ("run", "options", "words"),
    [
        ("nothing", [], "is not a run's folder"),
        ("wide", [], "has 12: name those to vary by --inputs"),
        ("wide", ["--inputs", "x1", "x22"], "Did you mean"),
        ("classes", ["--inputs", "x1"], "is a classification"),
        ("digits", [], "takes images"),
        ("function", ["--output", "g"], "--output wants one of the answers f"),
        ("function", ["--form", "x"], "Did you mean --from"),
        ("function", ["--layer", "dens"], "--layer wants one of"),
        ("function", ["--layer", "dense", "--output", "99"], "a number from 1 to 16"),
        ("ode", ["--inputs", "x"], "depends on all its coordinates"),
        ("ode", ["--constants", "data"], "--constants data wants data"),
        ("function", ["--operators", "sin"], "--operators wants at least one of"),
        ("function", ["--seconds", "0"], "--seconds wants"),
    ],
)
def test_mistakes_are_told_in_a_line(distil, run, options, words):
    with pytest.raises(UserError, match=words):
        distil(run, *options)


def test_the_run_of_a_study_has_no_network(distil, runs, saved_models):
    folder = distil("function")
    with pytest.raises(UserError, match="--from wants the run of a network"):
        train.main(["distil", "--from", str(folder), "--name", "second"])
    with pytest.raises(UserError, match="--from saved_models/NAME"):
        train.main(["distil", "--name", "third"])


def test_names_of_columns_become_names_in_formulas():
    from experiments.sampled_network import symbols_of

    assert symbols_of(["petal size (cm)", "lambda", "2nd", "a__b", "a b", "a-b"]) == [
        *("petal_size_cm", "lambda_", "x2nd", "a_b", "a_b1", "a_b11"),
    ]

"""`distil` end to end: a network is trained briefly, its formula found, exported and scored."""

import json
import os
import runpy
import signal
import time
from types import SimpleNamespace

import keras
import numpy as np
import pandas as pd
import pytest
import sympy

import evaluate
import train
from errors import UserError
from evaluation.check_points import draw_check_points
from evaluation.distilled import compute_errors, title_errors
from experiments.physics.burgers import Burgers
from experiments.physics.equation import Equation
from experiments.physics.ode import Ode
from runs.run import Run
from symbolic import formula
from tasks.sampled_network import make_symbols
from tasks.sampled_solution import find_solution, sample_solution

# Its solution is infinite at t = 1.
INFINITE = Equation(residual=("u' = u^2",), domain=("t=0..0.8",), condition=("u(0) = 1",))
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
    table = ("table", "--data", str(folder / "wide.csv"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        keras.utils.clear_session()  # layers are named anew: dense, dense_1, ...
        train.main(["function", "--formula", "x^2+x", "--interval", "-1", "2", *SMALL])
        train.main(["ode", "--epochs", "30"])
        train.main([*table, "--name", "wide", "--target", "sum of two", "--epochs", "2"])
        train.main([*table, "--name", "classes", "--target", "sign", "--epochs", "1"])
        train.main(["digits", "--model", "dense", "--epochs", "1"])
    return folder


@pytest.fixture
def distil(runs, saved_models, monkeypatch):
    """Distil a run for two seconds of the processor, however busy it is; return the new folder."""
    clock = SimpleNamespace(monotonic=time.process_time)
    monkeypatch.setattr("experiments.formulas.distil.time", clock)

    def call(run, *options):
        train.main(["distil", "--from", str(runs / run), "--seconds", "2", "--overwrite", *options])
        return saved_models / "distil"

    return call


def read_chosen(folder):
    front = pd.read_csv(folder / "front.csv", keep_default_na=False)
    return formula.parse(front.loc[front["chosen"] == "yes", "formula"].iloc[0])


def read_metrics(folder):
    return json.loads((folder / "metrics.json").read_text())


def test_a_formula_is_found_exported_and_scored(distil, capsys):
    folder = distil("function")
    assert sympy.simplify(read_chosen(folder) - formula.parse("x^2 + x")) == 0
    assert "f = x**2 + x" in capsys.readouterr().out
    x = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(Run(folder).predict({"x": x})["f"], x**2 + x, rtol=1e-12)
    np.testing.assert_allclose(runpy.run_path(folder / "formula.py")["f"](x), x**2 + x, rtol=1e-12)
    assert (folder / "formula.tex").read_text() == "f = x^{2} + x\n"

    evaluate.main([str(folder)])
    metrics = read_metrics(folder)
    headline = metrics["headline"]
    assert headline["score"] == "RMSE inside, against truth"
    # After twenty epochs the network is not as good.
    assert headline["value"] < 1e-12 < headline["baseline"]
    errors = {(error["where"], error["against"]): error["formula"] for error in metrics["errors"]}
    assert errors["outside", "truth"] < 1e-12
    assert errors.keys() >= {("inside", "measured"), ("outside", "network")}
    pictures = {path.stem for path in (folder / "plots").iterdir()}
    assert pictures == {"pareto-front", "formula-against-network", "extrapolation"}


def test_the_solution_of_an_equation(distil):
    folder = distil("ode")
    assert sympy.simplify(read_chosen(folder) - formula.parse("exp(-x^2)")) == 0
    evaluate.main([str(folder)])
    metrics = read_metrics(folder)
    assert metrics["headline"]["value"] < 1e-12
    outside = [error["against"] for error in metrics["errors"] if error["where"] == "outside"]
    assert outside == ["truth"]  # the network knows nothing outside of the domain


def test_new_rows_are_predicted_and_scored(distil, tmp_path, capsys):
    folder = distil("function")
    x = np.linspace(-3, 3, 7)
    pd.DataFrame({"x": x, "f": x**2 + x}).to_csv(tmp_path / "new.csv", index=False)
    evaluate.main([str(folder), "--data", str(tmp_path / "new.csv")])
    assert "RMSE" in capsys.readouterr().out
    predicted = pd.read_csv(folder / "predictions.csv")["f_predicted"]
    np.testing.assert_allclose(predicted, x**2 + x, rtol=1e-12)


@pytest.mark.parametrize(
    ("experiment", "outside"),
    [
        (Ode(), True),
        (Ode(problem_name="lotka-volterra"), True),
        (INFINITE, False),
        (Burgers(), False),
    ],
)
def test_the_truth_of_an_equation_ends_with_what_is_known(experiment, outside):
    """A closed form holds everywhere, a classical solution while it is finite, a reference in the
    domain. The network is never the truth outside."""
    data = experiment.load()
    source = SimpleNamespace(experiment=experiment, data=data, run=Run("solution"))
    network = sample_solution(source, data.problem.unknowns[0], seed=0)
    points = network.checks[network.symbols].to_numpy()
    inside = ((points >= data.problem.low) & (points <= data.problem.high)).all(axis=1)
    assert inside.all() != outside
    assert ("outside" in set(network.checks["where"])) == outside
    assert np.isfinite(network.truth(points)).all()
    # The network, which is 7 everywhere, judges the formula inside only.
    checks = network.checks.assign(network=7.0, truth=network.truth(points))
    for truth_is_known in (True, False):
        checks = checks if truth_is_known else checks.drop(columns="truth")
        errors = compute_errors(checks, np.full(len(checks), 7.0), network.is_solution)
        judges = {where: set() for where in ("inside", "outside")}
        for error in errors:
            judges[error["where"]].add(error["against"])
        assert judges["inside"] == ({"truth", "network"} if truth_is_known else {"network"})
        assert judges["outside"] == ({"truth"} if truth_is_known and outside else set())
        told = "outside of it the solution is not known" in title_errors(errors, True)
        assert told != bool(judges["outside"])


def test_a_boundary_value_problem_is_solved_around_its_domain():
    conditions = "u(0) = 0", "u(1) = sin(1)"
    experiment = Equation(residual=("u'' = -u",), domain=("x=0..1",), condition=conditions)
    truth, margin = find_solution(experiment, experiment.load(), "u")
    x = np.linspace(-margin, 1 + margin, 99)
    assert margin == 0.5
    np.testing.assert_allclose(truth(x[:, None]), np.sin(x), atol=1e-8)


def test_config_repeats_it(distil, runs, saved_models):
    folder = distil("function", "--operators", "add", "mul")
    # The run it starts from is not in the same folder, so that the command has to name it.
    source = "--from", str(runs / "function")
    train.main(["--config", str(folder / "config.json"), "--name", "again", *source])
    assert (saved_models / "again" / "front.csv").read_text().startswith("complexity")
    repeated, first = (Run(saved_models / name).config for name in ("again", "distil"))
    assert repeated["options"] | {"name": ""} == first["options"]


def test_some_inputs_of_many_and_a_hidden_layer(distil):
    folder = distil("wide", "--inputs", "x2", "x1")
    evaluate.main([str(folder)])
    # Of values from 4 to 8; with the inputs in a different order it would be 1.
    assert read_metrics(folder)["headline"]["value"] < 0.1
    pictures = {path.stem for path in (folder / "plots").iterdir()}
    assert pictures >= {"extrapolation-x1", "extrapolation-x2"}
    table = pd.read_csv(folder / "checks.csv")
    assert {"x1", "x2", "network"} <= set(table.columns)
    assert "measured" not in table.columns  # the other inputs vary in the data
    operators = ("--operators", "add", "mul", "tanh")
    folder = distil("function", "--layer", "dense", "--output", "1", *operators)
    table = pd.read_csv(folder / "checks.csv")
    table = table[table["where"] == "inside"]
    values = formula.compile_function(read_chosen(folder), ["x"])(table["x"])
    assert np.abs(values - table["network"]).max() < 1e-2  # it is tanh(w x + b)


def test_ctrl_c_keeps_the_formulas_so_far(distil, monkeypatch):
    from symbolic.genetic_programming import Candidate

    def press_after_the_first(*arguments):
        yield [Candidate(3, 0.5, "1.1*x"), Candidate(5, 0.1, "x + 1.1*x^2")]
        os.kill(os.getpid(), signal.SIGINT)
        yield []
        raise AssertionError("it goes on")

    monkeypatch.setattr("symbolic.genetic_programming.breed", press_after_the_first)
    folder = distil("function", "--seconds", "100")
    assert (folder / "1" / "saved_model.pb").exists()
    assert not read_chosen(folder).is_number


@pytest.mark.parametrize(
    ("run", "options", "words"),
    [
        ("nothing", [], "no such file or folder"),
        ("wide", [], "wide has 12: choose columns with --inputs"),
        ("wide", ["--inputs", "x1", "x22"], "Did you mean"),
        ("wide", ["--inputs", "x1", "sign"], "--inputs must be numeric columns"),
        ("classes", ["--inputs", "x1"], "is a classification"),
        ("digits", [], "takes images"),
        ("function", ["--output", "g"], "--output must be one of the answers f"),
        ("function", ["--form", "x"], "Did you mean --from"),
        ("function", ["--layer", "dens"], "--layer must be one of"),
        ("function", ["--layer", "dense", "--output", "99"], "a number from 1 to 16"),
        ("ode", ["--inputs", "x"], "depends on all its coordinates"),
        ("ode", ["--constants", "data"], "--constants data needs data"),
        ("function", ["--operators", "sin"], "--operators must have at least one of"),
        ("function", ["--seconds", "0"], "--seconds must be"),
    ],
)
def test_mistakes_are_reported_in_a_line(distil, run, options, words):
    with pytest.raises(UserError, match=words) as error:
        distil(run, *options)
    assert "\n" not in str(error.value)


def test_the_run_of_a_study_has_no_network(distil):
    folder = distil("function")
    with pytest.raises(UserError, match="--from must be the run of a network.*a run of distil"):
        train.main(["distil", "--from", str(folder), "--name", "second"])
    with pytest.raises(UserError, match="--from saved_models/NAME"):
        train.main(["distil", "--name", "third"])


def test_names_of_columns_become_names_in_formulas():
    assert make_symbols(["petal size (cm)", "lambda", "2nd", "a__b", "a b", "a-b", "truth"]) == [
        *("petal_size_cm", "lambda_", "x2nd", "a_b", "a_b1", "a_b11", "truth_"),
    ]


def test_check_points_lie_inside_and_outside():
    low, high = np.array([0.0, -1.0]), np.array([2.0, 1.0])
    random = np.random.default_rng(0)
    checks = draw_check_points(random, low, high, (low + high) / 2, ["x", "y"])
    for where, part in checks.groupby("where"):
        inside = ((part[["x", "y"]] >= low) & (part[["x", "y"]] <= high)).all(axis=1)
        if where == "inside":
            assert inside.all()
        elif where == "outside":
            assert not inside.any()
            assert part["x"].between(-1, 3).all() and part["y"].between(-2, 2).all()
    line = checks[checks["where"] == "along x"]
    assert line["x"].iloc[[0, -1]].tolist() == [-1, 3] and (line["y"] == 0).all()

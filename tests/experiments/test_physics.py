"""Differential equations as a user gives them: trained, exported, evaluated and drawn; the SavedModel alone; found constants."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import evaluate
import train
from datasets.field import read_field
from equations.references import allen_cahn, burgers
from errors import Diverged
from experiments import catalogue
from experiments.command import restore
from symbolic import formula
from training.callbacks import equation_callbacks

PROJECT = Path(__file__).parents[2]
BUILT_IN = [name for name in catalogue.names() if catalogue.find(name).kind == "equation" and name != "equation"]
TINY = ("--hidden", "5", "--points", "60", "--epochs", "2")
KNOWN = {  # whose truth is known
    *("advection", "allen-cahn", "burgers", "burgers-inverse", "heat", "helmholtz"),
    *("navier-stokes-cavity", "ode", "poisson", "schroedinger", "wave"),
}
STRANGER = """
import sys, numpy as np, tensorflow as tf
for run in sys.argv[1:]:
    model, at = tf.saved_model.load(f"{run}/1"), dict(np.load(f"{run}/at.npz"))
    at = {name: tf.constant(values) for name, values in at.items()}
    for endpoint in ("serve", "residual"):
        answers = getattr(model, endpoint)(at)
        np.savez(f"{run}/{endpoint}.npz", **{name: values.numpy() for name, values in answers.items()})
assert not {"models", "training", "experiments", "equations", "symbolic"} & set(sys.modules)
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Train a built-in experiment with a tiny network, once for all tests of this file. Returns the run's folder."""
    folder, runs = tmp_path_factory.mktemp("runs"), {}

    def call(name):
        if name not in runs:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("training.run.RUNS", folder)
                train.main([name, *TINY])
            runs[name] = folder / name
        return runs[name]

    return call


@pytest.fixture
def solved(saved_models):
    """Train `equation` and evaluate it. Returns the metrics and the run's folder."""

    def call(*options, name="equation"):
        train.main([name, *map(str, options)])
        evaluate.main([str(saved_models / name)])
        return json.loads((saved_models / name / "metrics.json").read_text()), saved_models / name

    return call


def problem_of(run):
    return restore(json.loads((run / "config.json").read_text())).problem()


def points(problem, count=7):
    """Inside the domain, `{coordinate: (count,)}`."""
    random = np.random.default_rng(0)
    ends = zip(problem.coordinates, problem.low, problem.high, strict=True)
    return {name: low + (high - low) * random.uniform(0.1, 0.9, count) for name, low, high in ends}


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_experiment(trained, name):
    run = trained(name)
    evaluate.main([str(run)])
    problem, metrics = problem_of(run), json.loads((run / "metrics.json").read_text())
    fresh = metrics["splits"]["fresh points"]["network"]
    assert list(fresh) == list(problem.residual_texts)
    assert all(np.isfinite(sizes["root mean square"]) and sizes["maximum"] > 0 for sizes in fresh.values())
    assert ("test" in metrics["splits"]) == (name in KNOWN)
    for unknown, scores in metrics["splits"].get("test", {"network": {}})["network"].items():
        assert unknown in problem.unknowns and set(scores) == {"relative L2 error", "maximum error"}
    history = pd.read_csv(run / "history.csv")
    assert len(history) >= 2 and {"epoch", "iteration", "loss", "val_loss", "seconds", "phase"} <= set(history.columns)
    assert list(pd.read_csv(run / "collocation.csv").columns) == list(problem.coordinates)
    pictures = {path.stem for path in (run / "plots").glob("*.png")}
    assert {"history", "residual"} < pictures
    if len(problem.coordinates) == 1:
        assert "solution" in pictures
    else:
        assert {f"{kind}-{unknown}" for kind in ("solution", "slices") for unknown in problem.unknowns} < pictures
    assert (run / "report.html").read_text().count("data:image/png;base64,") == len(pictures)


def test_a_saved_model_needs_nothing_of_this_project(trained, tmp_path):
    """In a process whose path lacks it, all built-in runs answer as Keras does, in float64."""
    import equations.trial_solution  # noqa: F401  a layer that Keras loads

    runs = {name: trained(name) for name in BUILT_IN}
    for run in runs.values():
        np.savez(run / "at.npz", **points(problem_of(run)))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    words = [sys.executable, "-c", STRANGER, *map(str, runs.values())]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    for name, run in runs.items():
        problem, answers = problem_of(run), dict(np.load(run / "serve.npz"))
        assert set(answers) == set(problem.unknowns)
        expected = keras.models.load_model(run / "model.keras")(points(problem))
        for unknown, values in answers.items():
            assert values.dtype == "float64" and values.shape == (7,)
            np.testing.assert_allclose(values, expected[unknown], rtol=1e-13, atol=1e-14, err_msg=name)
        check_residual(run, problem, dict(np.load(run / "residual.npz")))
        for file in ("at.npz", "serve.npz", "residual.npz"):
            (run / file).unlink()


def check_residual(run, problem, answers):
    """The residual is the formula of the derivatives, and these are those of finite differences."""
    at = points(problem)
    count = len(problem.residuals)
    config = json.loads((run / "config.json").read_text())
    constants = {name: np.full(7, numbers["value"]) for name, numbers in config.get("constants", {}).items()}
    names = ["residual"] if count == 1 else [f"residual_{number}" for number in range(1, count + 1)]
    derivatives = set(answers) - set(names)
    for name, expression in zip(names, problem.residuals, strict=True):
        values = {**at, **{derivative: answers[derivative] for derivative in derivatives}, **constants}
        expected = formula.function(expression, values)(*values.values())
        np.testing.assert_allclose(answers[name], expected, rtol=1e-9, atol=1e-9)
    serve = tf.saved_model.load(str(run / "1")).serve
    for unknown, orders in problem.derivatives:
        spelled = "".join(name * order for name, order in zip(problem.coordinates, orders, strict=True))
        found = answers[f"{unknown}_{spelled}" if spelled else unknown]
        expected = differences(serve, at, dict(zip(problem.coordinates, orders, strict=True)), problem)[unknown]
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4 * np.abs(found).max() + 1e-7)


def differences(serve, at, orders, problem):
    """Central differences of the answers, `{unknown: (n,)}`."""
    name = next((name for name, order in orders.items() if order), None)
    if name is None:
        return {unknown: values.numpy() for unknown, values in serve({n: tf.constant(x) for n, x in at.items()}).items()}
    place = problem.coordinates.index(name)
    step = 5e-4 * (problem.high[place] - problem.low[place])
    lower = orders | {name: orders[name] - 1}
    right, left = (differences(serve, at | {name: at[name] + sign * step}, lower, problem) for sign in (1, -1))
    return {unknown: (right[unknown] - left[unknown]) / (2 * step) for unknown in right}


# Equations of one's own


def test_a_pde_in_the_words_of_a_command(solved):
    metrics, run = solved(
        *("--residual", "-u_t + 0.1*u_xx", "--domain", "x=0..pi", "t=0..1", "--exact", "u = exp(-0.1*t)*sin(x)"),
        *("--condition", "u(x,0) = sin(x)", "u(0,t) = 0", "--condition", "u(pi,t) = 0", "--hidden", 8, "--epochs", 8),
    )
    assert metrics["splits"]["test"]["rows"] == 201**2
    assert metrics["splits"]["test"]["network"]["u"]["relative L2 error"] < 1e-4
    assert list(metrics["splits"]["fresh points"]["network"]) == ["-u_t + 0.1*u_xx"]
    options = json.loads((run / "config.json").read_text())["options"]
    assert [text.strip() for text in options["residual"]] == ["-u_t + 0.1*u_xx"]


def test_a_system_with_primes(solved):
    metrics, run = solved(
        *("--residual", "u' = v", "--residual", "v' = -u", "--domain", "t=0..3", "--condition", "u(0) = 0", "v(0) = 1"),
        *("--exact", "u = sin(t)", "v = cos(t)", "--hidden", 10, "--epochs", 8),
    )
    for unknown in "uv":
        assert metrics["splits"]["test"]["network"][unknown]["maximum error"] < 1e-5
    assert {"solution", "phase-portrait"} < {path.stem for path in (run / "plots").iterdir()}


def test_a_robin_condition_and_a_second_derivative(solved):
    metrics, _ = solved(
        *("--residual", "u'' = -u", "--domain", "x=0..1", "--condition", "u(0) = 0", "u'(1) + 2*u(1) = cos(1) + 2*sin(1)"),
        *("--exact", "u = sin(x)", "--hidden", 8, "--epochs", 8),
    )
    assert metrics["splits"]["test"]["network"]["u"]["maximum error"] < 1e-6


def test_an_equation_of_a_file(solved, tmp_path):
    path = tmp_path / "wave.toml"
    path.write_text(
        'residual = "u_tt = c^2*u_xx"\ncondition = ["u(x, 0) = sin(pi*x)", "u_t(x, 0) = 0", "u(0, t) = 0", "u(1, t) = 0"]\n'
        'exact = "u = cos(2*pi*t)*sin(pi*x)"\n[domain]\nx = [0, 1]\nt = "0..1/2"\n[constants]\nc = 2\n'
    )
    train.main(["equation", "--equation", str(path), "--hidden", "10", "--epochs", "8", "--name", "wave"])
    path.unlink()  # the run keeps the words
    import training.run

    evaluate.main([str(training.run.RUNS / "wave")])
    metrics = json.loads((training.run.RUNS / "wave" / "metrics.json").read_text())
    assert metrics["splits"]["test"]["network"]["u"]["relative L2 error"] < 1e-2


@pytest.mark.parametrize(
    ("name", "file", "reference", "rows"),
    [
        ("burgers", "burgers_shock.mat", burgers, 256 * 100),
        ("allen-cahn", "AC.mat", allen_cahn, 512 * 201),
    ],
)
def test_a_solution_of_a_file_to_compare_with(solved, shared, tmp_path, name, file, reference, rows):
    """Burgers and Allen-Cahn as Raissi et al. published them: read the right way round, they are our references."""
    path = shared(f"equations/{file}")
    table = read_field(path, ("x", "t"), ("u",))
    truth = reference.solution(table)["u"]
    assert np.linalg.norm(table["u"] - truth) < 1e-2 * np.linalg.norm(truth)
    from equations.file import to_toml

    (tmp_path / "equation.toml").write_text(to_toml(catalogue.find(name)().words()))
    metrics, _ = solved("--equation", tmp_path / "equation.toml", "--reference", path, *TINY)
    assert metrics["splits"]["test"]["rows"] == rows == len(table["u"])
    assert 1e-3 < metrics["splits"]["test"]["network"]["u"]["relative L2 error"] < 10


def test_constants_are_found_from_measurements(solved, tmp_path):
    random = np.random.default_rng(0)
    x, t = random.uniform(0, np.pi, 300), random.uniform(0, 2, 300)
    u = np.exp(-0.3 * t) * np.sin(x) + 0.01 * random.standard_normal(300)
    pd.DataFrame({"t": t, "x": x, "u": u}).to_csv(tmp_path / "measured.csv", index=False)
    metrics, run = solved(
        *("--residual", "u_t = nu*u_xx", "--domain", "x=0..pi", "t=0..2", "--condition", "u(0,t) = 0", "u(pi,t) = 0"),
        *("--unknown", "nu=1", "--data", tmp_path / "measured.csv", "--hidden", 8, "--epochs", 10),
    )
    nu = metrics["constants"]["nu"]
    low, high = nu["95 % interval"]
    assert low < nu["value"] < high and nu["value"] == pytest.approx(0.3, abs=0.02)
    assert abs(nu["value"] - 0.3) < 3 * nu["standard error"] and 1e-4 < nu["standard error"] < 0.01
    assert json.loads((run / "config.json").read_text())["constants"]["nu"]["value"] == nu["value"]
    answers = tf.saved_model.load(str(run / "1")).residual(
        {"x": tf.constant([1.0, 2.0], "float64"), "t": tf.ones(2, "float64")}
    )
    np.testing.assert_allclose(answers["residual"], answers["u_t"] - nu["value"] * answers["u_xx"], rtol=1e-10, atol=1e-13)


def test_float32_with_adam(solved):
    metrics, run = solved(
        *("--residual", "y' = -k*y", "--constant", "k=1", "--domain", "x=0..1", "--condition", "y(0) = 1/3", "--exact"),
        *(
            "y = exp(-x)/3",
            "--optimizer",
            "adam",
            "--precision",
            "float32",
            "--learning-rate",
            0.01,
            "--epochs",
            4,
            "--hidden",
            8,
        ),
    )
    assert metrics["splits"]["test"]["network"]["y"]["maximum error"] < 0.02
    answers = tf.saved_model.load(str(run / "1")).serve({"x": tf.zeros(1, "float64")})
    assert answers["y"].dtype == "float64" and float(answers["y"][0]) == pytest.approx(1 / 3, rel=1e-6)


# Accuracy


def test_an_ode_to_seven_digits(solved):
    metrics, _ = solved("--problem-name", "gaussian", "--epochs", 30, name="ode")
    assert metrics["splits"]["test"]["network"]["y"]["relative L2 error"] < 1e-6


def test_poissons_equation_to_six_digits(solved):
    metrics, _ = solved("--epochs", 12, "--hidden", 20, 20, name="poisson")
    assert metrics["splits"]["test"]["network"]["u"]["relative L2 error"] < 1e-5


# What may go wrong


def test_a_training_that_diverges_exports_the_best_weights(saved_models, monkeypatch):
    class Explode(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 2:
                self.model.optimizer.learning_rate = np.inf

    def callbacks(self, folder):
        return [*equation_callbacks(folder, self.patience), Explode()]

    monkeypatch.setattr("experiments.differential_equation.DifferentialEquation.callbacks", callbacks)
    with pytest.raises(Diverged) as error:
        train.main(["heat", "--optimizer", "adam", "--hidden", "5", "--points", "60", "--epochs", "9"])
    message = str(error.value)
    assert "'u_t = 0.1*u_xx' ceased to be a number in iteration 800" in message and "heat" in message.split(".")[-1]
    history = pd.read_csv(saved_models / "heat" / "history.csv")
    assert len(history) == 4 and np.isfinite(history["loss"][:3]).all()
    answers = tf.saved_model.load(str(saved_models / "heat" / "1")).serve(
        {name: tf.constant([0.3], "float64") for name in "xt"}
    )
    assert np.isfinite(answers["u"]).all()


def test_a_residual_that_is_no_number_leaves_no_run(saved_models):
    words = ["equation", "--residual", "y' = log(t - 2)", "--domain", "t=0..1", "--condition", "y(0) = 1", *TINY]
    with pytest.raises(Diverged, match="log.t - 2.*nothing was exported"):
        train.main(words)
    assert [path.name for path in saved_models.iterdir() if not path.name.endswith(".lock")] == []


def test_ctrl_c_exports_the_best_weights(tmp_path):
    words = [sys.executable, "-u", "train.py", "burgers", "--hidden", "5", "--points", "60", "--epochs", "100000"]
    words += ["--patience", "100000", "--snapshot-seconds", "0.1"]
    environment = {**os.environ, "SAVED_MODELS": str(tmp_path)}
    process = subprocess.Popen(words, cwd=PROJECT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not (tmp_path / ".burgers.partial" / "snapshot.npz").exists():
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0 and "Stopping after this step" in output, errors
    history = pd.read_csv(tmp_path / "burgers" / "history.csv")
    best = int(history["val_loss"].argmin())
    assert f"Best validation loss {history['val_loss'][best]:.4g} after epoch {best + 1}" in output
    assert (tmp_path / "burgers" / "1" / "saved_model.pb").exists()

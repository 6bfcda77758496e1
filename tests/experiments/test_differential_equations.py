"""Each differential equation in a tiny configuration, and the user's own: solved, exported, compared, drawn."""

import json

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import evaluate
import train
from errors import UserError
from experiments import catalogue

TINY = ("--hidden", 5, "--points", 100, "--condition-points", 20, "--epochs", 2)
PHYSICS = [
    name for title, names in catalogue.themes().items() if "differential" in title for name in names
]


@pytest.fixture
def run(saved_models):
    """Train and evaluate; return the run's folder and its metrics."""

    def call(name, *options):
        train.main([name, *map(str, options)])
        folder = saved_models / name
        evaluate.main([str(folder)])
        return folder, json.loads((folder / "metrics.json").read_text())

    return call


def test_all_of_the_lectures_are_there():
    assert {"ode", "burgers", "burgers-inverse", "equation"} < set(PHYSICS) and len(PHYSICS) == 12


@pytest.mark.parametrize("name", sorted(set(PHYSICS) - {"equation"}))
def test_tiny(run, name):
    folder, metrics = run(name, *TINY)
    test = metrics["splits"]["test"]
    assert all(0 < scores["relative L2 error"] < 100 for scores in test["network"].values())
    assert all(
        scores["root mean square"] > 0
        for scores in metrics["splits"]["fresh points"]["network"].values()
    )
    assert ("classical solvers" in metrics) == (name != "burgers-inverse")
    pictures = {path.stem for path in (folder / "plots").iterdir()}
    assert {"history", "residual"} < pictures and len(pictures) >= 3
    history = pd.read_csv(folder / "history.csv")
    assert len(history) == 2 and history["loss"].iloc[-1] < history["loss"].iloc[0]
    terms = [column for column in history if column.startswith("term ")]
    assert history[terms].sum(axis=1).to_numpy() == pytest.approx(history["loss"].to_numpy())
    assert (folder / "collocation.csv").exists() and (folder / "report.html").exists()


def test_float32_trains_and_is_exported_with_float64_outside(run):
    folder, metrics = run("heat", *TINY, "--optimizer", "adam", "--precision", "float32")
    assert 0 < metrics["splits"]["test"]["network"]["u"]["relative L2 error"] < 100
    model = tf.saved_model.load(str(folder / "1"))
    assert (
        model.serve({"x": tf.zeros(3, "float64"), "t": tf.ones(3, "float64")})["u"].dtype
        == tf.float64
    )


def test_an_ordinary_differential_equation_in_words(run):
    """A minus at the beginning, primes, an option given twice; the truth comes from a classical solver."""
    words = (
        "--residual",
        "-u'' = u",
        "--domain",
        "t=0..2",
        "--condition",
        "u(0) = 1",
        "--condition",
        "u'(0) = 0",
    )
    folder, metrics = run("equation", *words, "--hidden", 10, "--epochs", 10)
    assert metrics["splits"]["test"]["network"]["u"]["relative L2 error"] < 1e-5
    assert metrics["classical solvers"]["SciPy"]["u"]["relative L2 error"] < 1e-10
    model = tf.saved_model.load(str(folder / "1"))
    t = tf.constant([0.0, 1.0, 2.0], "float64")
    assert model.serve({"t": t})["u"].numpy() == pytest.approx(np.cos(t), abs=1e-5)
    assert model.serve({"t": t})["u"].numpy()[0] == 1  # built in
    answers = model.residual({"t": t})
    step = 1e-3
    u = [model.serve({"t": t + shift})["u"].numpy() for shift in (-step, 0, step)]
    assert answers["u_tt"].numpy() == pytest.approx((u[0] - 2 * u[1] + u[2]) / step**2, abs=1e-5)
    assert answers["residual"].numpy() == pytest.approx(
        -answers["u_tt"].numpy() - answers["u"].numpy(), abs=1e-12
    )


def test_a_system_with_soft_conditions_from_a_file(run, tmp_path, saved_models):
    path = tmp_path / "rotation.toml"
    path.write_text(
        'residual = ["u\' = -v", "v\' = u"]\ndomain = ["t=0..1"]\ncondition = ["u(0) = 1", "v(0) = 0"]\n'
    )
    train.main(["equation", "--equation", str(path), "--name", "rotation", *map(str, TINY)])
    path.unlink()  # the run has all it needs
    evaluate.main([str(saved_models / "rotation")])
    kept = saved_models / "rotation" / "equation.toml"
    options = ("--hidden", 8, "--epochs", 8, "--build-in", "soft", "--adaptive-weights")
    _, metrics = run("equation", "--equation", kept, *options)
    assert all(
        scores["relative L2 error"] < 1e-4
        for scores in metrics["splits"]["test"]["network"].values()
    )


def test_a_solution_to_compare_with(run, shared):
    words = ("--residual", "u_t + u*u_x - 0.01/pi*u_xx", "--domain", "x=-1..1", "t=0..1", *TINY)
    conditions = ("--condition", "u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0")
    _, metrics = run(
        "equation", *words, *conditions, "--reference", shared("equations/burgers_shock.mat")
    )
    assert metrics["splits"]["test"]["rows"] == 256 * 100
    assert 0.1 < metrics["splits"]["test"]["network"]["u"]["relative L2 error"] < 1


def test_constants_from_measurements(run, tmp_path):
    t = np.linspace(0, 2, 50)
    noise = 0.01 * np.random.default_rng(0).standard_normal(50)
    pd.DataFrame({"t": t, "y": np.exp(-1.3 * t) + noise}).to_csv(
        tmp_path / "decay.csv", index=False
    )
    words = (
        "--residual",
        "y' = -k*y",
        "--domain",
        "t=0..2",
        "--unknown",
        "k=0.5",
        "--data",
        tmp_path / "decay.csv",
    )
    _, metrics = run("equation", *words, "--hidden", 8, "--points", 100, "--epochs", 20)
    found = metrics["constants"]["k"]
    low, high = found["95 % interval"]
    assert found["value"] == pytest.approx(1.3, abs=0.03) and low < 1.3 < high and high - low < 0.2


def test_new_points_are_predicted(run, tmp_path):
    folder, _ = run("heat", *TINY)
    pd.DataFrame({"t": [0.0, 0.5], "x": [0.25, 0.5]}).to_csv(tmp_path / "points.csv", index=False)
    evaluate.main(
        [str(folder), "--data", str(tmp_path / "points.csv"), "--output", str(tmp_path / "u.csv")]
    )
    u = pd.read_csv(tmp_path / "u.csv")["u_predicted"]
    assert u[0] == pytest.approx(
        np.sin(np.pi / 4) + np.sin(3 * np.pi / 4) / 2, abs=1e-12
    )  # the initial condition


@pytest.mark.parametrize(
    "options, said",
    [
        ((), "--residual wants the equation"),
        (
            (
                "--residual",
                "u_t = u_xx",
                "--domain",
                "x=0..1",
                "t=0..1",
                "--condition",
                "u(2, t) = 0",
            ),
            "outside the domain",
        ),
        (("--residual", "u' = q*u", "--domain", "t=0..1"), "'q'"),
        (("--residual", "u' = k*u", "--domain", "t=0..1", "--unknown", "k=1"), "--data"),
        (("--residual", "u' = u", "--domain", "t=0..1", "--equation", "x.toml"), "both say"),
        (("--equation", "missing.toml"), "no such file"),
    ],
)
def test_mistakes_are_a_line(run, options, said):
    with pytest.raises(UserError) as error:
        run("equation", *options)
    assert said in str(error.value) and "\n" not in str(error.value)

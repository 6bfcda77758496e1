"""Each differential equation in a tiny configuration, and your own: solved, exported, compared."""

import json

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import evaluate
import train
from equations.confidence import half_width
from errors import UserError
from tasks import catalogue
from tests.checks import check_experiment

TINY = ("--hidden", 5, "--collocation-points", 100, "--condition-points", 20, "--epochs", 2)
PHYSICS = [
    name
    for title, names in catalogue.read_themes().items()
    if "differential" in title
    for name in names
]


@pytest.fixture
def run(saved_models):
    """Train and evaluate; return the run's folder and its metrics."""

    def call(name, *options):
        endpoints, pictures = ("serve", "residual"), ("history", "residual")
        return check_experiment(
            name, saved_models, *options, endpoints=endpoints, pictures=pictures
        )

    return call


def test_all_of_the_lectures_are_there():
    assert {"ode", "burgers", "burgers-inverse", "equation"} < set(PHYSICS) and len(PHYSICS) == 12


def errors_of(metrics, method="network"):
    """Return the relative error of each unknown."""
    scores = metrics["splits"]["test"]["scores"][method]
    return {unknown: found["relative_l2_error"] for unknown, found in scores.items()}


@pytest.mark.parametrize("name", sorted(set(PHYSICS) - {"equation"}))
def test_tiny(run, name):
    folder, metrics = run(name, *TINY)
    test, fresh = metrics["splits"]["test"], metrics["splits"]["fresh points"]
    assert all(0 < error < 100 for error in errors_of(metrics).values())
    assert metrics["headline"]["value"] == next(iter(errors_of(metrics).values()))
    assert metrics["headline"]["score"].startswith("relative l2 error of ")
    for sizes in fresh["scores"]["network"].values():
        assert 0 < sizes["root_mean_square"] <= sizes["maximum"]
    assert set(test["scores"]) == {"network", *metrics["solvers"]} - {metrics["reference"]}
    assert bool(metrics["solvers"]) == (name != "burgers-inverse")
    assert all(solver["seconds"] > 0 for solver in metrics["solvers"].values())
    pictures = {path.stem for path in (folder / "plots").iterdir()}
    assert {"history", "residual"} < pictures and len(pictures) >= 3
    history = pd.read_csv(folder / "history.csv")
    assert len(history) == 2 and history["loss"].iloc[-1] < history["loss"].iloc[0]
    terms = [column for column in history if column.startswith("term ")]
    assert history[terms].sum(axis=1).to_numpy() == pytest.approx(history["loss"].to_numpy())
    assert (folder / "collocation.csv").exists() and (folder / "report.html").exists()
    config = json.loads((folder / "config.json").read_text())
    conditions = {"conditions"} if metrics["conditions"] else set()
    assert set(config["endpoints"]) == {"serve", "residual"} | conditions
    assert bool(conditions) == (name != "burgers-inverse")
    assert {column["dtype"] for column in config["inputs"].values()} == {"float64"}
    if name == "burgers-inverse":
        for found in metrics["constants"].values():
            names = {"value", "standard_error", "true_value", "relative_error"}
            assert names <= set(found)
            assert not found["converged"] and "interval_95" not in found  # after two epochs


def test_float32_trains_and_is_exported_with_float64_outside(run):
    folder, metrics = run("heat", *TINY, "--optimizer", "adam", "--precision", "float32")
    assert 0 < errors_of(metrics)["u"] < 100
    model = tf.saved_model.load(str(folder / "1"))
    assert (
        model.serve({"x": tf.zeros(3, "float64"), "t": tf.ones(3, "float64")})["u"].dtype
        == tf.float64
    )


def test_an_ordinary_differential_equation_in_words(run):
    """A minus at the beginning, primes, an option given twice; a classical solver's reference."""
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
    assert errors_of(metrics)["u"] < 1e-5
    assert metrics["reference"] == "Runge-Kutta steps or splines"
    assert metrics["solvers"][metrics["reference"]]["own_error"] < 1e-8
    assert 1e-4 < errors_of(metrics, "forward Euler, 1000 steps")["u"] < 1e-2
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
    residuals, conditions = """["u' = -v", "v' = u"]""", '["u(0) = 1", "v(0) = 0"]'
    path.write_text(f'residual = {residuals}\ndomain = ["t=0..1"]\ncondition = {conditions}\n')
    train.main(["equation", "--equation", str(path), "--name", "rotation", *map(str, TINY)])
    path.unlink()  # the run has all it needs
    evaluate.main([str(saved_models / "rotation")])
    kept = saved_models / "rotation" / "equation.toml"
    options = ("--hidden", 8, "--epochs", 8, "--constraints", "soft", "--adaptive-weights")
    _, metrics = run("equation", "--equation", kept, *options)
    assert set(errors_of(metrics)) == {"u", "v"}
    assert all(error < 1e-4 for error in errors_of(metrics).values())


def test_a_solution_to_compare_with(run, shared):
    words = ("--residual", "u_t + u*u_x - 0.01/pi*u_xx", "--domain", "x=-1..1", "t=0..1", *TINY)
    conditions = ("--condition", "u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0")
    _, metrics = run(
        "equation", *words, *conditions, "--reference", shared("equations/burgers_shock.mat")
    )
    assert metrics["splits"]["test"]["rows"] == 256 * 100
    assert metrics["reference"] == "the given solution"
    assert 0.1 < errors_of(metrics)["u"] < 1


def test_constants_from_measurements(run, tmp_path, capsys):
    t = np.linspace(0, 2, 50)
    noise = 0.01 * np.random.default_rng(0).standard_normal(50)
    pd.DataFrame({"t": t, "y": np.exp(-1.3 * t) + noise}).to_csv(
        tmp_path / "decay.csv", index=False
    )
    words = ("--residual", "y' = -k*y", "--domain", "t=0..2", "--unknown", "k=0.5")
    words += ("--data", tmp_path / "decay.csv", "--hidden", 8, "--collocation-points", 100)
    folder, metrics = run("equation", *words, "--epochs", 20)
    found = metrics["constants"]["k"]
    low, high = found["interval_95"]
    assert found["value"] == pytest.approx(1.3, abs=0.03) and low < 1.3 < high and high - low < 0.2
    width = half_width(found["standard_error"], found["degrees_of_freedom"])
    assert found["converged"] and high - low == pytest.approx(2 * width)
    assert found["degrees_of_freedom"] == pytest.approx(48, abs=0.5)  # k and y(0) are fitted
    # Nonlinear least squares on SciPy's solution, which has its own way to the same numbers.
    error = found["least_squares_standard_error"]
    assert found["value"] == pytest.approx(found["least_squares_value"], abs=0.1 * error)
    assert found["standard_error"] == pytest.approx(error, rel=0.03)
    assert (folder / "plots" / "fit.png").exists()
    assert f"k = {found['value']:.7g}, standard error" in capsys.readouterr().out
    # Without a solution to compare with, the headline is the residual.
    assert list(metrics["splits"]) == ["fresh points"] and metrics["reference"] == ""
    ((text, sizes),) = metrics["splits"]["fresh points"]["scores"]["network"].items()
    assert metrics["headline"] == {
        "score": f"root mean square of {text}",
        "value": sizes["root_mean_square"],
        "baseline": None,
        "method": "",
    }
    assert "constants" in (folder / "report.html").read_text()
    capsys.readouterr()
    evaluate.main([])
    (line,) = (x for x in capsys.readouterr().out.splitlines() if x.startswith("  equation"))
    assert "root mean square of residual of" in line
    assert f"{sizes['root_mean_square']:.6g}" in line


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
    "options, message",
    [
        ((), "--residual needs an equation"),
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
        (
            ("--residual", "u' = u", "--domain", "t=0..1", "--equation", "x.toml"),
            "both give the equation",
        ),
        (("--equation", "missing.toml"), "no such file"),
    ],
)
def test_mistakes_are_a_line(run, options, message):
    with pytest.raises(UserError) as error:
        run("equation", *options)
    assert message in str(error.value) and "\n" not in str(error.value)

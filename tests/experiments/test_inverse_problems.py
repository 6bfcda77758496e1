"""Constants from measurements: whatever the unit, from a poor guess, and with gaps in the data."""

import numpy as np
import pandas as pd
import pytest

import train
from errors import UserError
from tests.checks import check_experiment


@pytest.fixture
def find(saved_models):
    """Train and evaluate; return what `metrics.json` says of the constants."""

    def call(*words):
        pictures = ("fit", "constants", "residual")
        _, metrics = check_experiment("equation", saved_models, *words, pictures=pictures)
        return metrics["constants"]

    return call


@pytest.mark.parametrize("unit", [1e3, 1e-6])
def test_constants_do_not_depend_on_the_unit(find, tmp_path, unit):
    """A logistic growth: r does not change, K and the noise are multiplied."""
    t, found = np.linspace(0, 10, 25), {}
    u = 5 / (1 + 9 * np.exp(-0.8 * t)) + 0.2 * np.random.default_rng(0).standard_normal(25)
    for size in (1.0, unit):
        path = tmp_path / f"{size}.csv"
        pd.DataFrame({"t": t, "u": size * u}).to_csv(path, index=False)
        words = ("--residual", "u' = r*u*(1 - u/K)", "--domain", "t=0..10", "--data", path)
        words += ("--unknown", "r=0.3", f"K={3 * size}", "--hidden", 8, "--overwrite")
        found[size] = find(*words)
    for name, size in (("r", 1.0), ("K", unit)):
        usual, other = found[1.0][name], found[unit][name]
        error = usual["standard_error"]
        assert other["value"] / size == pytest.approx(usual["value"], abs=0.05 * error)
        assert other["standard_error"] / size == pytest.approx(error, rel=0.05)
        assert usual["value"] == pytest.approx(usual["least_squares_value"], abs=0.1 * error)


def test_a_part_of_the_functions_may_be_measured_with_gaps(find, tmp_path):
    """x is never measured, y not at all times."""
    t = np.linspace(0, 3, 30)
    y = 2 - 2 * np.exp(-0.7 * t) + 0.01 * np.random.default_rng(0).standard_normal(30)
    y[::4] = np.nan
    pd.DataFrame({"t": t, "y": y}).to_csv(tmp_path / "y.csv", index=False)
    words = ("--residual", "x' = -a*x", "y' = a*x", "--domain", "t=0..3", "--unknown", "a=0.1")
    words += ("--condition", "x(0) = 2", "y(0) = 0", "--data", tmp_path / "y.csv", "--hidden", 8)
    found = find(*words, "--noise", "y=0.01")["a"]
    low, high = found["interval_95"]
    assert low < 0.7 < high and high - low < 0.05 and found["converged"]
    error = found["least_squares_standard_error"]
    assert found["value"] == pytest.approx(found["least_squares_value"], abs=0.1 * error)


def test_a_guess_may_be_off_by_nine_orders_of_magnitude(find, shared):
    path = shared("../cases/arrhenius.csv")
    words = ("--residual", "P' = -A*exp(-111000/(8.314*371.15))*P^2", "--domain", "t=0..2000")
    words += ("--condition", "P(0)=1000", "--unknown", "A=1", "--data", path, "--hidden", 8)
    low, high = find(*words)["A"]["interval_95"]
    assert low < 7.8e8 < high and high - low < 2e7


@pytest.mark.parametrize("noise", ["-1", "z=0.1", "y=many", "x=0.1"])
def test_wrong_noise_is_a_line(tmp_path, saved_models, noise):
    pd.DataFrame({"t": [0, 1, 2], "y": [1, 2, 3]}).to_csv(tmp_path / "y.csv", index=False)
    words = ["equation", "--residual", "x' = -a*x", "y' = a*x", "--domain", "t=0..3"]
    words += ["--unknown", "a=0.1", "--data", str(tmp_path / "y.csv"), "--noise", noise]
    with pytest.raises(UserError, match="noise"):
        train.main(words)

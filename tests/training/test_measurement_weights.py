"""Measurements count by their variance, beside an equation that is nearly exact."""

import numpy as np
import pytest
from scipy.optimize import curve_fit

from equations.equation import Equation
from tests.training.small_equations import solve
from training.equation_loop import Phase
from training.initial_constants import find_start
from training.levenberg_marquardt import LevenbergMarquardt
from training.uncertainty import estimate_solution, format_constants

DECAY = Equation(["u' = -k*u"], {"t": (0, 3)}, unknown={"k": 0.5})
T = np.linspace(0, 3, 12)
TABLE = {"t": T, "u": np.exp(-T) + 0.1 * np.random.default_rng(0).standard_normal(12)}


def decay(t, k, start):
    return start * np.exp(-k * t)


def fit(tmp_path, equation=DECAY, table=TABLE, noise=None, weight=0.0, epochs=60, **options):
    phases = [Phase(LevenbergMarquardt(), epochs, 5, "auto")]
    weighing = {"noise": noise, "weight": weight}
    options = {"hidden": (10,)} | options
    return solve(equation, tmp_path, phases, table=table, weigh_measurements=weighing, **options)


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    return fit(tmp_path_factory.mktemp("decay"))


def test_constants_are_those_of_nonlinear_least_squares(solved):
    """A value with weight 100 of the measurements would be off by a third of its error."""
    (k, start), covariance = curve_fit(decay, T, TABLE["u"], [0.5, 1])
    found, error = solved[0].constants["k"], covariance[0, 0] ** 0.5
    assert found["value"] == pytest.approx(k, abs=0.05 * error)
    assert found["standard_error"] == pytest.approx(error, rel=0.03)
    assert found["degrees_of_freedom"] == pytest.approx(10, abs=0.2)  # k and u(0) are fitted
    low, high = found["interval_95"]
    assert found["converged"] and (high - low) / 2 / error == pytest.approx(2.228, rel=0.04)
    line = format_constants(solved[0].constants)
    assert line.startswith("k = 0.9") and "standard error 0.1" in line and "interval" in line


def test_the_solution_has_the_errors_of_nonlinear_least_squares(solved):
    values, covariance = curve_fit(decay, T, TABLE["u"], [0.5, 1])
    slopes = np.stack([-T * decay(T, *values), np.exp(-values[0] * T)], axis=-1)
    expected = np.sqrt(np.einsum("ni,ij,nj->n", slopes, covariance, slopes))
    errors = estimate_solution(solved[0].system, solved[0].estimate, T[:, None])
    np.testing.assert_allclose(errors[:, 0], expected, rtol=0.05)
    fitted = solved[0].system.model(T[:, None])[:, 0]
    np.testing.assert_allclose(fitted, decay(T, *values), atol=0.01)


def test_the_training_ends_when_constants_no_longer_move(solved):
    history = solved[0].history
    assert len(history["loss"]) < 60
    last = np.array(history["constant k"][-3:])
    assert np.ptp(last) < 0.05 * history["standard_error k"][-1]
    assert history["weight u measured"][-1] < history["weight u measured"][0]


def test_a_training_that_ends_before_has_no_interval(tmp_path):
    found = fit(tmp_path, epochs=1)[0].constants
    assert found["k"]["converged"] is False and "interval_95" not in found["k"]
    assert "not converged: no interval" in format_constants(found)


def test_known_noise(tmp_path):
    _, covariance = curve_fit(decay, T, TABLE["u"], [0.5, 1], np.full(12, 0.2), absolute_sigma=True)
    found = fit(tmp_path, noise={"u": 0.2})[0].constants["k"]
    assert found["standard_error"] == pytest.approx(covariance[0, 0] ** 0.5, rel=0.05)
    low, high = found["interval_95"]
    assert (high - low) / 2 == pytest.approx(1.96 * found["standard_error"], rel=1e-4)
    assert "degrees_of_freedom" not in found


def test_a_given_weight_stays(tmp_path):
    history = fit(tmp_path, weight=0.02, epochs=3)[0].history
    assert history["weight u measured"] == pytest.approx([0.02 / np.var(TABLE["u"])] * 3)


def test_each_function_is_weighted_by_its_variance(tmp_path):
    """x is measured 20 times as precisely as y: k is nearly that of x alone."""
    pair = Equation(["x' = -k*x", "y' = -k*y"], {"t": (0, 3)}, unknown={"k": 0.5})
    random, t = np.random.default_rng(3), np.linspace(0, 3, 40)
    table = {"t": t, "x": np.exp(-t) + 0.01 * random.standard_normal(40)}
    table["y"] = np.exp(-t) + 0.2 * random.standard_normal(40)
    values, covariance = curve_fit(decay, t, table["x"], [0.5, 1])
    found = fit(tmp_path, pair, table)[0].constants["k"]
    error = covariance[0, 0] ** 0.5
    assert found["value"] == pytest.approx(values[0], abs=0.3 * error)
    assert found["standard_error"] == pytest.approx(error, rel=0.15)


def test_without_noise_the_constants_are_exact(tmp_path):
    found = fit(tmp_path, table={"t": T, "u": np.exp(-1.3 * T)})[0].constants["k"]
    assert found["value"] == pytest.approx(1.3, abs=1e-5) and found["converged"]
    assert "interval_95" not in found  # it would be one of the network's error
    assert "no interval" in format_constants({"k": found})


def test_the_constants_weights_have_a_size_of_about_one(tmp_path):
    """The constant is 2e8 times as large as its guess."""
    table = {"t": T, "u": np.exp(-T)}
    equation = Equation(["u' = -5e-9*A*u"], {"t": (0, 3)}, unknown={"A": 1e8})
    solved, _ = fit(tmp_path, equation, table)
    assert solved.constants["A"]["value"] == pytest.approx(2e8, rel=1e-4)
    assert 0.1 < abs(solved.system.get_weights()[-1]) < 10
    assert solved.system.read_constants() == {"A": solved.constants["A"]["value"]}


def test_the_start_is_near_the_measurements(solved):
    network = solved[0].system.model
    problem = Equation(["u' = -5e-9*A*u"], {"t": (0, 3)}, unknown={"A": 1.0}).problem()
    t = np.linspace(0, 3, 30)
    before = network.get_weights()
    assert find_start(network, problem, {"t": t, "u": np.exp(-t)})["A"] == pytest.approx(2e8, 1e-3)
    np.testing.assert_allclose(network(t[:, None])[:, 0], np.exp(-t), atol=0.05)
    network.set_weights(before)


def test_nothing_measured_has_no_errors(tmp_path):
    equation = Equation(["u' = -k*u"], {"t": (0, 1)}, ["u(0) = 1", "u(1) = 0.5"], unknown={"k": 1})
    phases = [Phase(LevenbergMarquardt(), 2, 2, "never")]
    solved, _ = solve(equation, tmp_path, phases)
    assert np.isnan(solved.constants["k"]["standard_error"])
    assert solved.estimate.factor is None and np.isnan(solved.estimate.degrees_of_freedom)

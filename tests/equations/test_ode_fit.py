"""Nonlinear least squares on SciPy's solution: against SciPy's curve_fit on closed forms."""

import numpy as np
import pytest
from scipy.optimize import curve_fit

from equations.classical.ode_fit import fit_ode
from equations.confidence import half_width
from equations.equation import Equation
from errors import UserError

T = np.linspace(0, 3, 12)


def decay(t, k, start):
    return start * np.exp(-k * t)


def make_table(seed=0, noise=0.1):
    return {"t": T, "u": decay(T, 1, 1) + noise * np.random.default_rng(seed).standard_normal(12)}


def make_problem(conditions=(), guess=0.5):
    return Equation(["u' = -k*u"], {"t": (0, 3)}, list(conditions), unknown={"k": guess}).problem()


def test_a_free_initial_value_is_fitted_as_well():
    table = make_table()
    values, covariance = curve_fit(decay, T, table["u"], [0.5, 1])
    found = fit_ode(make_problem(), table)
    assert found.constants["k"] == pytest.approx(values[0], rel=1e-5)
    assert found.standard_errors["k"] == pytest.approx(covariance[0, 0] ** 0.5, rel=1e-3)
    assert found.degrees_of_freedom == 10
    assert found.noise["u"] ** 2 == pytest.approx(
        np.sum((table["u"] - decay(T, *values)) ** 2) / 10, rel=1e-3
    )
    np.testing.assert_allclose(found.solution({"t": T[::-1]})["u"], decay(T[::-1], *values), 1e-4)


def test_a_condition_is_exact():
    table = make_table()
    values, covariance = curve_fit(lambda t, k: decay(t, k, 1), T, table["u"], [0.5])
    found = fit_ode(make_problem(["u(0) = 1"]), table)
    assert found.constants["k"] == pytest.approx(values[0], rel=1e-5)
    assert found.standard_errors["k"] == pytest.approx(covariance[0, 0] ** 0.5, rel=1e-3)
    assert found.degrees_of_freedom == 11


def test_known_noise_is_not_estimated():
    table = make_table()
    _, covariance = curve_fit(
        decay, T, table["u"], [0.5, 1], np.full(12, 0.25), absolute_sigma=True
    )
    found = fit_ode(make_problem(), table, {"u": 0.25})
    assert found.standard_errors["k"] == pytest.approx(covariance[0, 0] ** 0.5, rel=1e-3)
    assert found.degrees_of_freedom == np.inf and found.noise == {"u": 0.25}


def test_missing_values_are_left_out_and_unmeasured_functions_solved():
    """x' = -a x, y' = a x: y is measured at some times, x never."""
    problem = Equation(
        ["x' = -a*x", "y' = a*x"], {"t": (0, 3)}, ["x(0) = 2", "y(0) = 0"], unknown={"a": 0.2}
    ).problem()
    y = 2 - 2 * np.exp(-0.7 * T)
    y[::3] = np.nan
    found = fit_ode(problem, {"t": T, "y": y})
    assert found.constants["a"] == pytest.approx(0.7, rel=1e-5) and found.counts == {"y": 8}


def test_each_function_has_a_variance_of_its_own():
    problem = Equation(["x' = -a*x", "y' = -a*y"], {"t": (0, 3)}, unknown={"a": 0.5}).problem()
    random, t = np.random.default_rng(1), np.linspace(0, 3, 200)
    table = {"t": t}
    for name, noise in (("x", 0.01), ("y", 0.2)):
        table[name] = np.exp(-t) + noise * random.standard_normal(200)
    found = fit_ode(problem, table)
    assert found.noise["x"] == pytest.approx(0.01, rel=0.2)
    assert found.noise["y"] == pytest.approx(0.2, rel=0.2)
    alone = fit_ode(make_problem(), {"t": t, "u": table["x"]})
    assert found.standard_errors["a"] == pytest.approx(alone.standard_errors["k"], rel=0.05)


def test_what_was_not_measured_cannot_be_fitted():
    with pytest.raises(UserError, match="nothing was measured"):
        fit_ode(make_problem(), {"t": T})


def test_intervals_are_of_students_t():
    assert half_width(2.0) == pytest.approx(2 * 1.959964)
    assert half_width(1.0, 10) == pytest.approx(2.228139)  # tables of the t distribution
    assert np.isnan(half_width(1.0, 0))

"""First values of constants from derivatives."""

import numpy as np
import pytest

from equations.equation import Equation
from equations.gradient_matching import match_derivatives, smooth_measurements

T = np.linspace(0, 2, 40)


def match(residual, guesses, table, domain=(0, 2)):
    problem = Equation([residual], {"t": domain}, unknown=guesses).problem()
    return match_derivatives(problem, smooth_measurements(problem, table))


@pytest.mark.parametrize("guess", [1.0, -1.0, 1e-3, 1e12])
def test_a_guess_may_be_off_by_orders_of_magnitude(guess):
    table = {"t": T, "u": 1 / (1 + 3 * T)}
    found = match("u' = -A*1e-8*u^2", {"A": guess}, table)
    assert found["A"] == pytest.approx(3e8, rel=0.02)


def test_a_constant_inside_a_function_is_found():
    table = {"t": T, "u": np.sin(300 * T / 200)}
    found = match("u'' = -w^2*u", {"w": 0.01}, table)
    assert abs(found["w"]) == pytest.approx(1.5, rel=0.05)


def test_a_good_guess_is_kept():
    table = {"t": T, "u": np.exp(-T) + 0.01 * np.random.default_rng(0).standard_normal(40)}
    assert match("u' = -k*u", {"k": 1.01}, table) == {"k": 1.01}


def test_no_spline_through_few_measurements():
    problem = Equation(["u' = -k*u"], {"t": (0, 2)}, unknown={"k": 1.0}).problem()
    u = np.exp(-T)
    u[4:] = np.nan
    assert smooth_measurements(problem, {"t": T, "u": u}) is None

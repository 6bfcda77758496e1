"""Constants agree with NumPy's least squares, and become simple numbers only if the data allow."""

import numpy as np
import pytest
import sympy

from symbolic import formula
from symbolic.constants import Reference, refit

RANDOM = np.random.default_rng(0)
X = RANDOM.uniform(-1, 2, (1500, 1))


def make_reference(values, noisy=True, points=X):
    names = ["x", "y"][: points.shape[1]]
    return Reference(names, points, np.asarray(values), noisy)


def refit_text(text, values, **options):
    reference = make_reference(values, **options)
    found = refit(formula.parse(text, reference.names), reference)
    return found[0] if found else None


def is_zero(expression, text):
    return sympy.simplify(expression - formula.parse(text)) == 0


def test_constants_are_those_of_linear_least_squares():
    x = X[:, 0]
    values = 1.2345678 * x - 0.7654321 + 1e-3 * RANDOM.standard_normal(len(x))
    found = refit_text("1.0*x + 0.5", values)
    slope, offset = np.linalg.lstsq(np.stack([x, np.ones_like(x)], axis=1), values, rcond=None)[0]
    polynomial = sympy.Poly(found, sympy.Symbol("x", real=True))
    assert [float(number) for number in polynomial.all_coeffs()] == pytest.approx(
        [slope, offset], abs=1e-5
    )


def test_coefficients_become_whole_numbers_under_noise():
    x = X[:, 0]
    values = 2 * x**3 - 3 * x**2 - x + 0.3 * RANDOM.standard_normal(len(x))
    assert is_zero(refit_text("1.9*x^3 - 2.8*x^2 - 1.1*x + 0.05", values), "2*x^3 - 3*x^2 - x")


@pytest.mark.parametrize(
    ("start", "truth"),
    [
        ("0.9*exp(-0.55*x)*sin(2.9*x + 0.01)", "exp(-x/2)*sin(3*x)"),
        ("1.1*sin(3.1*x)", "sin(pi*x)"),
        ("0.4*exp(-0.49*x^2)", "exp(-x^2/2)/sqrt(2*pi)"),
        ("2.2/(2.1 + 1.9*x^2)", "1/(1 + x^2)"),  # one constant more than needed
        ("0.98*sin(x + 1.5)", "cos(x)"),
    ],
)
def test_simple_numbers_of_clean_values(start, truth):
    values = formula.compile_function(formula.parse(truth), ["x"])(X[:, 0])
    assert is_zero(refit_text(start, values, noisy=False), truth)


@pytest.mark.parametrize("noise", [1e-7, 0.01, 0.1])
@pytest.mark.parametrize("start", ["530.1*x/(533.2*y + 527.6*x)", "-0.662*x/(-0.66*y - 0.67*x)"])
def test_one_of_several_dependent_constants_becomes_one(start, noise):
    """Only the ratios are determined; with all three free, none of them becomes simple."""
    points = np.random.default_rng(1).uniform(1, 5, (2000, 2))
    x, y = points.T
    values = (
        x / (x + y) + noise * np.random.default_rng(2).standard_normal(len(x)) * (x / (x + y)).std()
    )
    assert is_zero(refit_text(start, values, points=points), "x/(x + y)")


def test_a_constant_that_is_not_simple_keeps_its_digits():
    found = refit_text("1.0*exp(0.5*x)", 1.3717 * np.exp(0.61803 * X[:, 0]), noisy=False)
    assert sorted(float(number) for number in found.atoms(sympy.Float)) == pytest.approx(
        [0.61803, 1.3717], abs=1e-9
    )


def test_the_error_of_a_network_counts_as_a_single_measurement():
    """A correlated error does not determine a constant beyond its own size."""
    x = X[:, 0]
    values = 2 * x + 1e-3 * np.cos(x)
    assert is_zero(refit_text("1.9*x", values, noisy=False), "2*x")


def test_a_formula_without_finite_values_is_dropped():
    assert refit_text("log(x)*1.5", X[:, 0]) is None

"""From candidates to formulas: equivalent forms with fewer constants."""

import numpy as np
import pytest
import sympy

from symbolic import formula
from symbolic.constants import Reference, fit_constants
from symbolic.genetic_programming import Candidate
from symbolic.regression import absorb_factors, fit_candidate


@pytest.mark.parametrize(
    "text", ["1.5*sqrt(x + 2*y^2) + 3*x", "-0.5*y*sqrt(4*x + 1)", "2*x*y - sqrt(x)"]
)
def test_a_factor_of_a_root_moves_under_the_root(text):
    found = absorb_factors(formula.parse(text))
    x, y = np.random.default_rng(0).uniform(1, 2, (2, 50))
    one, other = (
        formula.compile_function(expression, ("x", "y"))(x, y)
        for expression in (formula.parse(text), found)
    )
    np.testing.assert_allclose(one, other, rtol=1e-14)
    assert "1.5*sqrt" not in str(found) and "0.5*y*sqrt" not in str(found)


def test_a_fit_without_a_finite_start_is_refused():
    """A constant without influence may have an undefined initial value."""
    x = np.linspace(1, 2, 50)
    reference = Reference(("x",), x[:, None], np.sqrt(x), noisy=False)
    symbol, constant = sympy.Symbol("x", real=True), sympy.Symbol("c", real=True)
    assert fit_constants(symbol, [constant], np.array([np.nan]), reference) is None


def test_redundant_constants_are_merged():
    """Operon leaves such forms: a factor of the root that cancels a factor under the root."""
    x, y = np.random.default_rng(0).uniform(1, 5, (2, 500))
    reference = Reference(("x", "y"), np.stack([x, y], axis=1), np.hypot(x, y), noisy=False)
    found = fit_candidate(
        Candidate(9, 0.0, "0.99*sqrt((1.01010101*x)^2 + 1.02030405*y^2)"), reference
    )
    assert any(str(formula.parse(str(one.expression))) == "sqrt(x**2 + y**2)" for one in found)

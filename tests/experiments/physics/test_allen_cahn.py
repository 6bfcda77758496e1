import numpy as np
import sympy

from symbolic import formula
from symbolic.calculus import differentiate, substitute
from tests.equations.lecture_problems import ALLEN_CAHN, diffusing_kink


def test_the_kink_diffuses_near_its_place():
    x, t = np.meshgrid(1 - np.geomspace(1e-7, 1e-3, 41), np.geomspace(1e-9, 1, 41))
    kink = formula.parse(diffusing_kink("t + 1e-9"))
    terms = [differentiate(kink, "t"), differentiate(kink, "x", 2) / 10000]
    change, diffusion = (formula.compile_function(term, ["x", "t"])(x, t) for term in terms)
    assert (np.abs(change - diffusion) < 1e-5 * np.abs(change).max(axis=1, keepdims=True)).all()


def test_the_kink_of_the_start_is_rounded_as_far_as_promised():
    start = ALLEN_CAHN.problem().conditions[0]
    x = np.linspace(-1, 1, 4001)
    rounded = -formula.compile_function(
        substitute(start.expression, {start.values[0].symbol.name: sympy.S.Zero}), ["x"]
    )(x)
    np.testing.assert_allclose(rounded, x**2 * np.cos(np.pi * x), atol=1e-6)
    np.testing.assert_allclose(rounded[1:-1], (x**2 * np.cos(np.pi * x))[1:-1], atol=1e-15)

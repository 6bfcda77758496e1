import math

import mpmath
import numpy as np
import pytest
import scipy.io

from equations.references import burgers


def make_grid(x, t):
    x, t = np.meshgrid(x, t, indexing="ij")
    return {"x": x.ravel(), "t": t.ravel()}


def test_published_solution(shared):
    """The error of the file is 3e-12 in the root mean square, 4e-11 where the slope is 150."""
    file = scipy.io.loadmat(shared("equations/burgers_shock.mat"))
    u = burgers.solve(make_grid(file["x"].ravel(), file["t"].ravel()))["u"]
    published = file["usol"].ravel()
    assert np.abs(u - published).max() < 1e-10
    assert np.linalg.norm(u - published) < 1e-11 * np.linalg.norm(published)


@pytest.mark.parametrize("nu", [1, 0.1, 0.01 / math.pi, 1e-3, 2e-4])
@pytest.mark.parametrize("x, t", [(0.3, 0.01), (0.01, 0.5), (0.001, 1.0), (-0.7, 1.0)])
def test_against_quadrature_with_30_digits(nu, x, t):
    with mpmath.workdps(30):
        farthest = mpmath.sqrt(4 * nu * t * (70 + 1 / (mpmath.pi * nu)))
        pieces = [x + farthest * piece / 20 for piece in range(-20, 21)]

        def exponent(y):
            return -mpmath.cos(mpmath.pi * y) / (2 * mpmath.pi * nu) - (x - y) ** 2 / (
                4 * mpmath.mpf(nu) * t
            )

        largest = max(exponent(y) for y in pieces)
        above = mpmath.quad(
            lambda y: mpmath.sin(mpmath.pi * y) * mpmath.exp(exponent(y) - largest), pieces
        )
        below = mpmath.quad(lambda y: mpmath.exp(exponent(y) - largest), pieces)
        expected = float(-above / below)
    u = burgers.solve({"x": np.array([x]), "t": np.array([t])}, nu)["u"]
    np.testing.assert_allclose(u, expected, rtol=1e-13, atol=1e-14)


def test_conditions():
    x, t = np.linspace(-1, 1, 101), np.linspace(0, 1, 101)
    np.testing.assert_allclose(
        burgers.solve(make_grid(x, 0.0))["u"], -np.sin(np.pi * x), atol=1e-15
    )
    for end in (-1.0, 0.0, 1.0):
        assert np.abs(burgers.solve(make_grid(end, t))["u"]).max() < 1e-14


def test_more_points_than_a_batch():
    x = np.linspace(-1, 1, 2 * burgers.POINTS_PER_BATCH + 5)
    u = burgers.solve(make_grid(x, 0.7))["u"]
    np.testing.assert_allclose(u, -u[::-1], atol=1e-14)

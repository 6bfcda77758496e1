"""Two solitons: they solve the equation, and are single ones long before they meet."""

import mpmath
import numpy as np
import pytest

from equations.references.kdv import solve


@pytest.mark.parametrize(("x", "t"), [(0.3, 0.1), (-2.0, -1.0), (4.0, 2.0)])
def test_the_equation_by_differences_with_40_digits(x, t):
    """Of the closed form as Hirota writes it: u = 2 (log F)_xx."""
    k, q = 1.0, 1.6
    with mpmath.workdps(40):
        shift = mpmath.log(mpmath.mpf(q - k) / (q + k))

        def log_f(x, t):
            first, second = (mpmath.mpf(p) * x - mpmath.mpf(p) ** 3 * t - shift for p in (k, q))
            return mpmath.log(
                1 + mpmath.e**first + mpmath.e**second + mpmath.e ** (first + second + 2 * shift)
            )

        def u(x, t):
            return 2 * mpmath.diff(log_f, (x, t), (2, 0))

        u_t, u_x, u_xxx = (2 * mpmath.diff(log_f, (x, t), n) for n in ((2, 1), (3, 0), (5, 0)))
        residual = u_t + 6 * u(x, t) * u_x + u_xxx
        assert abs(residual) < 1e-8
        assert solve({"x": [x], "t": [t]})["u"][0] == pytest.approx(float(u(x, t)), abs=1e-10)


def test_solitons_far_apart():
    x = np.linspace(-60, 60, 4001)
    u = solve({"x": x, "t": np.full_like(x, -15.0)})["u"]
    tops = np.flatnonzero((u[1:-1] > u[:-2]) & (u[1:-1] > u[2:])) + 1
    np.testing.assert_allclose(u[tops], [1.6**2 / 2, 0.5], rtol=1e-3)  # k^2 / 2, the fast one left

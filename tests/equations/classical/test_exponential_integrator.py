import mpmath
import numpy as np
from scipy.integrate import solve_ivp

from equations.classical.exponential_integrator import build_etdrk4_step, compute_phi_functions


def test_phi_functions_against_their_integrals():
    """phi_k(z) = integral over s from 0 to 1 of exp((1 - s) z) s^(k-1) / (k-1)!."""
    z = np.array([0, -1e-9, -0.3, -0.999, -1.001, -20, -1e4, 0.5j, -3j, 200j])
    for k, values in enumerate(compute_phi_functions(z, 4)[1:], 1):
        expected = [
            mpmath.quad(
                lambda s, y=y, k=k: mpmath.exp((1 - s) * y) * s ** (k - 1),
                mpmath.linspace(0, 1, 60),
            )
            / mpmath.factorial(k - 1)
            for y in z
        ]
        np.testing.assert_allclose(values, np.array(expected, complex), rtol=2e-14, atol=1e-18)


def test_fourth_order_and_scipy():
    """A stiff, a neutral and an oscillating mode, coupled."""
    linear = np.array([-50.0, 0.0, 3j])

    def nonlinear(u, t):
        return np.array([u[1] ** 2, -u[0] * u[1] + np.cos(t), 0.3 * u[2].conj() * u[1]])

    start = np.array([1, 0.5, 1 + 1j])
    exact = solve_ivp(
        lambda t, u: linear * u + nonlinear(u, t), (0, 1), start, "DOP853", rtol=1e-12, atol=1e-13
    ).y[:, -1]
    errors = []
    for steps in (40, 80, 160):
        u, step = start, build_etdrk4_step(linear, nonlinear, 1 / steps)
        for number in range(steps):
            u = step(u, number / steps)
        errors.append(np.abs(u - exact).max())
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert errors[-1] < 3e-8 and np.all(orders > 3.7)

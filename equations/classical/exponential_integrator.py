"""ETDRK4: fourth-order time steps for u' = L u + N(u, t), exact for the stiff linear part L u."""

import math

import numpy as np
from numpy.polynomial import Polynomial


def compute_phi_functions(z, count):
    """Compute phi_0 = exp(z), phi_1 = (exp(z) - 1)/z, ... phi_k+1 = (phi_k - 1/k!)/z, elementwise.

    Near zero the recurrence suffers from cancellation; the power series is used there.

    Args:
        z: array, real or complex.
        count: number of functions.

    Returns: a list of `count` arrays of the shape of z.
    """
    small = np.abs(z) < 1
    away = np.where(small, 1, z)
    functions = [np.exp(z)]
    for k in range(1, count):
        functions.append((functions[-1] - 1 / math.factorial(k - 1)) / away)
        functions[-1][small] = Polynomial([1 / math.factorial(k + power) for power in range(18)])(
            z[small]
        )
    return functions


def build_etdrk4_step(linear, nonlinear, dt):
    """Build a time step for u' = linear u + nonlinear(u, t).

    Args:
        linear: diagonal of the linear part, `(modes,)`, real or complex.
        nonlinear: function of u `(modes,)` and t that returns `(modes,)`.
        dt: length of the step.

    Returns: a function of (u, t) that returns u at t + dt.

    Source: S. M. Cox and P. C. Matthews, J. Comput. Phys. 176 (2002), 430-455; A.-K. Kassam and
    L. N. Trefethen, SIAM J. Sci. Comput. 26 (2005), 1214-1233.
    """
    half, half_1 = compute_phi_functions(linear * dt / 2, 2)
    full, phi_1, phi_2, phi_3 = compute_phi_functions(linear * dt, 4)
    first, middle, last = phi_1 - 3 * phi_2 + 4 * phi_3, 2 * phi_2 - 4 * phi_3, 4 * phi_3 - phi_2

    def step(u, t):
        n = nonlinear(u, t)
        a = half * u + dt / 2 * half_1 * n
        n_a = nonlinear(a, t + dt / 2)
        b = half * u + dt / 2 * half_1 * n_a
        n_b = nonlinear(b, t + dt / 2)
        c = half * a + dt / 2 * half_1 * (2 * n_b - n)
        n_c = nonlinear(c, t + dt)
        return full * u + dt * (first * n + middle * (n_a + n_b) + last * n_c)

    return step

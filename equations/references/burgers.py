"""Burgers' equation u_t + u u_x = nu u_xx on [-1, 1] with u(x, 0) = -sin(pi x).

The solution is known from the Cole-Hopf transformation.
"""

import math

import numpy as np

# Times some hundred nodes; the arrays of the quadrature then have a few megabytes.
POINTS_PER_BATCH = 4096


def solve(coordinates, nu=0.01 / math.pi):
    """Solve Burgers' equation to about 1e-14.

    The substitution u = -2 nu (log phi)_x makes it the heat equation for phi. Its solution is an
    average over initial points y = x - 2 sqrt(nu t) s, weighted by exp(-s^2 - cos(pi y) / (2 pi
    nu)). If it is fine enough, the trapezoidal rule is exact to rounding for such bell-shaped
    integrands. Unlike Gauss-Hermite quadrature, it has nodes at the maximum of the weights when nu
    is small. The largest exponent is subtracted to keep the weights within float64.

    Args:
        coordinates: `x` in [-1, 1] and `t` >= 0, both `(n,)`. Times far beyond 1 need a finer rule.
        nu: viscosity.

    Returns: `{"u": (n,)}`.

    Source: C. Basdevant et al., Spectral and finite difference solutions of the Burgers equation,
    Computers & Fluids 14 (1986), 23-41.
    """
    x, t = (np.asarray(coordinates[name], "float64") for name in "xt")
    # Beyond this s every weight is below exp(-37) of the largest one: the cosine can offset no more
    # than 1/(pi nu) of s^2.
    farthest = math.sqrt(37 + 1 / (math.pi * nu))
    s = np.linspace(-farthest, farthest, 2 * math.ceil(10 * farthest) + 1)  # (nodes,)
    u = np.empty_like(x)
    for start in range(0, len(x), POINTS_PER_BATCH):
        batch = slice(start, start + POINTS_PER_BATCH)
        y = x[batch, None] - 2 * np.sqrt(nu * t[batch, None]) * s  # (points, nodes)
        exponents = -(s**2) - np.cos(np.pi * y) / (2 * np.pi * nu)
        weights = np.exp(exponents - exponents.max(axis=1, keepdims=True))
        u[batch] = -(np.sin(np.pi * y) * weights).sum(axis=1) / weights.sum(axis=1)
    return {"u": u}

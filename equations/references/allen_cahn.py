"""The Allen-Cahn equation u_t = 0.0001 u_xx - 5 u^3 + 5 u, periodic on [-1, 1], with u(x, 0) = x^2 cos(pi x)."""

import functools

import numpy as np
from scipy import fft
from scipy.interpolate import RectBivariateSpline
from scipy.special import erfc

from equations.classical.exponential import etdrk4

DIFFUSION = 1e-4


def solution(coordinates):
    """Solve the Allen-Cahn equation to 1e-10 (root mean square; 2e-8 beside the kink while t < 0.01).

    Continued periodically, the initial value has a kink at x = 1, and its cosine series converges slowly. The kink's own
    solution of the heat equation is a formula: the series is left with the rest, u = kink + smooth. It marches by ETDRK4 with
    t = tau^2 in equal steps of tau, short ones at the start where the kink smooths fastest.

    Args:
        coordinates: `x` in [-1, 1] and `t` in [0, 1], of one shape `(n,)`.

    Returns: `u` by name, `(n,)`.

    Source: the problem, M. Raissi et al., J. Comput. Phys. 378 (2019), 686-707; the method, `etdrk4`.
    """
    x, t = np.abs(coordinates["x"]), np.asarray(coordinates["t"], "float64")  # u is even in x
    return {"u": kink(x, t) + smooth()(np.sqrt(t), x, grid=False)}


def kink(x, t):
    """Solve the heat equation on [0, 1] with the value -x^2 at t = 0 and no slope at the ends.

    -x^2 - 2 D t has slope -2 at x = 1; a layer of width sqrt(D t) takes it back. It does not reach x = 0 while t <= 1.
    """
    width = np.sqrt(DIFFUSION * t)
    distance = (1 - x) / (2 * np.maximum(width, 1e-150))
    layer = 4 * width * np.exp(-(distance**2)) / np.sqrt(np.pi) - 2 * (1 - x) * erfc(distance)
    return -(x**2) - 2 * DIFFUSION * t + layer


@functools.cache
def smooth(modes=4096, steps=1000, kept_every=2):
    """The rest, as a spline in (sqrt(t), x), in two seconds."""
    x = np.linspace(0, 1, modes + 1)
    linear = -DIFFUSION * (np.pi * np.arange(modes + 1)) ** 2
    backward = functools.partial(fft.idct, type=1)  # cosine coefficients -> values
    forward = functools.partial(fft.dct, type=1)

    def reaction(coefficients, t):
        u = backward(coefficients) + kink(x, t)
        return forward(5 * u - 5 * u**3)

    coefficients = forward(x**2 * (1 + np.cos(np.pi * x)))
    tau = np.linspace(0, 1, steps + 1)
    kept = [backward(coefficients)]
    for step, (start, end) in enumerate(zip(tau[:-1] ** 2, tau[1:] ** 2, strict=True), 1):
        coefficients = etdrk4(linear, reaction, end - start)(coefficients, start)
        if step % kept_every == 0:
            kept.append(backward(coefficients))
    return RectBivariateSpline(tau[::kept_every], x, np.array(kept), kx=5, ky=5, s=0)

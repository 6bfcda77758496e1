"""The flow in a corner between a moving lid and a wall: velocity jumps, pressure is infinite."""

import functools

import numpy as np
from numpy.polynomial import Chebyshev, chebyshev

# The stream function of the Stokes flow is r F(angle),
# F = ONE sin + TWO angle cos + THREE angle sin.
TWO = -4 / (np.pi**2 - 4)
THREE = TWO * np.pi / 2
ONE = 1 - TWO
CLOSEST = 1e-12  # minimum distance x; the corner itself gets the velocity of the lid


def compute_corner_flow(x, y, lid, reynolds):
    """Compute the first two terms of the flow in a corner in powers of the distance r.

    The corner is x > 0, y > 0, and the lid moves along y = 0. The first term is the Stokes flow,
    which has the velocities of the lid and of the wall. The second term balances the convective
    term of the first, (u1 u1_x + v1 u1_y, ...), which is of order 1/r: psi2 = r^2 f(angle). Stream
    functions psi have u = psi_y, v = -psi_x.

    Args:
        x: distance from the corner along the lid.
        y: distance from the lid.
        lid: velocity of the lid, 1 or -1.
        reynolds: Reynolds number.

    Returns: velocity (u, v), its derivatives ((u_x, u_y), (v_x, v_y)), pressure, and the convective
        term of the first term.

    Source: G. K. Batchelor, An Introduction to Fluid Dynamics, section 4.8; M. M. Gupta, R. P.
    Manohar, B. Noble, Nature of viscous flows near sharp corners, Computers & Fluids 9 (1981),
    379-388.
    """
    x = np.maximum(x, CLOSEST)
    square, angle = x**2 + y**2, np.arctan2(y, x)
    u1 = lid * (ONE + TWO * x**2 / square + THREE * (angle + x * y / square))
    v1 = lid * (THREE * y**2 / square + TWO * (x * y / square - angle))
    common = lid * 2 * (TWO * y - THREE * x) / square**2
    u1_x, u1_y, v1_x = x * y * common, -(x**2) * common, y**2 * common
    p1 = lid * 2 * (TWO * x + THREE * y) / square / reynolds

    f, log = solve_second_term()
    f0, f1, f2 = f(angle), f.deriv()(angle), f.deriv(2)(angle)
    u2, v2 = 2 * y * f0 + x * f1, -2 * x * f0 + y * f1
    psi_xx = 2 * f0 + (y**2 * f2 - 2 * x * y * f1) / square
    psi_yy = 2 * f0 + (x**2 * f2 + 2 * x * y * f1) / square
    psi_xy = ((x**2 - y**2) * f1 - x * y * f2) / square
    p2 = log * np.log(square) / 2

    velocity = u1 + reynolds * u2, v1 + reynolds * v2
    gradients = (
        (u1_x + reynolds * psi_xy, u1_y + reynolds * psi_yy),
        (v1_x - reynolds * psi_xx, -u1_x - reynolds * psi_xy),
    )
    return velocity, gradients, p1 + p2, (u1 * u1_x + v1 * u1_y, u1 * v1_x - v1 * u1_x)


@functools.cache
def solve_second_term(degree=20):
    """Solve for f, a polynomial in the angle, and for the factor of log(r) in the second pressure.

    With w = F + F'', which is r times the Laplacian of the first stream function, the momentum
    equations become f''' + 4 f' + F w = factor; f and f' are zero at the lid and at the wall.
    """
    basis = [Chebyshev.basis(k, [0, np.pi / 2]) for k in range(degree + 1)]
    angle = np.pi / 4 * (1 + chebyshev.chebpts1(degree + 1))
    sin, cos = np.sin(angle), np.cos(angle)
    stokes = (ONE * sin + TWO * angle * cos + THREE * angle * sin) * 2 * (THREE * cos - TWO * sin)
    interior = np.array([b.deriv(3)(angle) + 4 * b.deriv()(angle) for b in basis]).T
    ends = np.array([[b(0), b(np.pi / 2), b.deriv()(0), b.deriv()(np.pi / 2)] for b in basis]).T
    matrix = np.block([[interior, -np.ones((degree + 1, 1))], [ends, np.zeros((4, 1))]])
    *coefficients, factor = np.linalg.lstsq(
        matrix, np.concatenate([-stokes, np.zeros(4)]), rcond=None
    )[0]
    return Chebyshev(coefficients, [0, np.pi / 2]), factor


def compute_lid_flow(x, y, reynolds):
    """Compute the sum of the flows in both upper corners of the unit square.

    Returns: as `compute_corner_flow`, with the velocity 1 of the lid.
    """
    # In the coordinates of the corners y points down. In the right corner x points to the left, so
    # that its lid has the velocity -1.
    left = compute_corner_flow(x, 1 - y, 1.0, reynolds)
    right = compute_corner_flow(1 - x, 1 - y, -1.0, reynolds)
    u, v = left[0][0] - right[0][0], -left[0][1] - right[0][1]
    (lu_x, lu_y), (lv_x, lv_y) = left[1]
    (ru_x, ru_y), (rv_x, rv_y) = right[1]
    convective = left[3][0] - right[3][0], -left[3][1] - right[3][1]
    return (
        (u, v),
        ((lu_x + ru_x, ru_y - lu_y), (rv_x - lv_x, lv_y + rv_y)),
        left[2] + right[2],
        convective,
    )

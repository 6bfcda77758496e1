"""Steady Navier-Stokes flow in a square cavity with a moving lid, by Chebyshev collocation."""

import numpy as np

from equations.classical.chebyshev import (
    build_differentiation_matrix,
    compute_nodes,
    evaluate,
    fit_coefficients,
)
from equations.classical.lid_corner import compute_lid_flow
from errors import UserError

COARSEST = 16  # nodes in each direction
ITERATIONS = 20


class Cavity:
    """Velocity u, v and pressure p in the unit square; u = 1 at y = 1, other walls are at rest.

    Polynomials cannot represent the jump of the velocity in the upper corners. The flows in the
    corners are known and subtracted, and polynomials represent the remainder. The velocity has
    values at all nodes; the pressure has values at the inner nodes only, where the momentum and
    continuity equations are solved. Newton's method starts from a coarser solution.

    Args:
        points: number of nodes in each direction.
        reynolds: Reynolds number.

    Raises:
        UserError: Newton's method does not converge, as for high Reynolds numbers.

    Source: O. Botella, R. Peyret, Benchmark spectral results on the lid-driven cavity flow,
    Computers & Fluids 27 (1998), 421-433.
    """

    def __init__(self, points=41, reynolds=100.0):
        self.reynolds = reynolds
        x = compute_nodes(points)[:, None]  # the first axis of all grids
        y, inner = compute_nodes(points), slice(1, -1)
        self.corners = compute_lid_flow(x, y, reynolds)
        self.d = build_differentiation_matrix(y)
        self.d_inner = build_differentiation_matrix(y[inner])
        u, v, p = self.guess(x, y)
        for _ in range(ITERATIONS):
            step = np.linalg.solve(*self.linearize(u, v, p)).reshape(3, points - 2, points - 2)
            u[inner, inner] += step[0]
            v[inner, inner] += step[1]
            p += step[2]
            if np.abs(step[:2]).max() < 1e-9:
                break
        else:
            raise UserError(
                "Newton's method does not converge for the cavity at a Reynolds number of "
                f"{reynolds:g}. Use a lower one or more points"
            )
        self.coefficients = (
            fit_coefficients(u, y),
            fit_coefficients(v, y),
            fit_coefficients(p, y[inner]),
        )
        self.pressure_at_origin = self.evaluate(np.zeros(1), np.zeros(1))[2]

    def guess(self, x, y):
        """Return initial guesses of the remainders: exact at the walls, a coarser flow inside.

        Returns: u `(n, n)`, v `(n, n)` and p `(n - 2, n - 2)`.
        """
        inner = slice(1, -1)
        u, v, p = -self.corners[0][0], -self.corners[0][1], np.zeros((len(y) - 2, len(y) - 2))
        u[:, -1] += 1
        if len(y) > COARSEST:
            coarser = Cavity(max(COARSEST, len(y) // 2), self.reynolds)
            u[inner, inner], v[inner, inner], p = (
                evaluate(c, x[inner], y[inner]) for c in coarser.coefficients
            )
        return u, v, p

    def linearize(self, u, v, p):
        """Return the matrix and the right side of a Newton step.

        The unknowns are the changes of u, v and p at the inner nodes, in this order.
        """
        inner, d = slice(1, -1), self.d
        identity = np.eye(len(p))
        along_x, along_y = np.kron(d[inner, inner], identity), np.kron(identity, d[inner, inner])
        second = (d @ d)[inner, inner]
        laplace = np.kron(second, identity) + np.kron(identity, second)

        (
            (corner_u, corner_v),
            ((corner_u_x, corner_u_y), (corner_v_x, corner_v_y)),
            _,
            convective,
        ) = self.corners
        full_u, full_v = (corner_u + u)[inner, inner], (corner_v + v)[inner, inner]
        u_x, u_y = (corner_u_x + d @ u)[inner, inner], (corner_u_y + u @ d.T)[inner, inner]
        v_x, v_y = (corner_v_x + d @ v)[inner, inner], (corner_v_y + v @ d.T)[inner, inner]
        laplace_u, laplace_v = (
            (d @ d @ values + values @ d.T @ d.T)[inner, inner] for values in (u, v)
        )
        residuals = [
            full_u * u_x
            + full_v * u_y
            - convective[0][inner, inner]
            + self.d_inner @ p
            - laplace_u / self.reynolds,
            full_u * v_x
            + full_v * v_y
            - convective[1][inner, inner]
            + p @ self.d_inner.T
            - laplace_v / self.reynolds,
            u_x + v_y,
        ]
        transport = (
            full_u.reshape(-1, 1) * along_x
            + full_v.reshape(-1, 1) * along_y
            - laplace / self.reynolds
        )
        zero = np.zeros_like(laplace)
        matrix = np.block(
            [
                [
                    transport + np.diag(u_x.ravel()),
                    np.diag(u_y.ravel()),
                    np.kron(self.d_inner, identity),
                ],
                [
                    np.diag(v_x.ravel()),
                    transport + np.diag(v_y.ravel()),
                    np.kron(identity, self.d_inner),
                ],
                [along_x, along_y, zero],
            ]
        )
        right = -np.ravel(residuals)
        # The pressure is determined up to a constant, and one continuity equation follows from the
        # others: it is replaced by a zero change of the pressure at one node.
        middle = 2 * p.size + p.size // 2
        matrix[middle], right[middle] = 0, 0
        matrix[middle, 2 * p.size] = 1
        return matrix, right

    def evaluate(self, x, y):
        """Return u, v and p at points, `(n,)` each; the constant of p is arbitrary."""
        (u, v), _, p, _ = compute_lid_flow(x, y, self.reynolds)
        smooth_u, smooth_v, smooth_p = (evaluate(c, x, y) for c in self.coefficients)
        return u + smooth_u, v + smooth_v, p + smooth_p

    def __call__(self, x, y):
        """Return u, v and p at points, `(n,)` each.

        p is 0 at x = y = 0 and infinite in the upper corners.
        """
        u, v, p = self.evaluate(x, y)
        return u, v, p - self.pressure_at_origin

"""The flow in a square cavity below a moving lid: steady Navier-Stokes equations by collocation and Newton's method."""

import numpy as np

from equations.classical.chebyshev import coefficients, differentiation_matrix, evaluate, nodes
from equations.classical.lid_corner import lid_flow
from errors import UserError

COARSEST = 16
ITERATIONS = 20


class Cavity:
    """Velocity u, v and pressure p in the unit square; u = 1 at y = 1, at rest at the other walls.

    Polynomials cannot follow the jump of the velocity in the upper corners, so they stand for the rest after the flows known
    there are taken out. The velocity has values at all nodes, the
    pressure only at inner ones, where the momentum equations and the continuity equation are demanded: as many as unknowns.
    A coarser solution is the first guess of a finer one.

    Args:
        points: number of nodes in each direction.
        reynolds: the Reynolds number.

    Raises:
        UserError: Newton's method does not converge, as for high Reynolds numbers.

    Source: O. Botella, R. Peyret, Benchmark spectral results on the lid-driven cavity flow, Computers & Fluids 27 (1998),
    421-433.
    """

    def __init__(self, points=41, reynolds=100.0):
        self.reynolds = reynolds
        x = nodes(points)[:, None]  # along the rows
        y, inner = nodes(points), slice(1, -1)
        self.corners = lid_flow(x, y, reynolds)
        self.d, self.d_inner = differentiation_matrix(y), differentiation_matrix(y[inner])
        u, v, p = self.guess(x, y)
        for _ in range(ITERATIONS):
            step = np.linalg.solve(*self.newton(u, v, p)).reshape(3, points - 2, points - 2)
            u[inner, inner] += step[0]
            v[inner, inner] += step[1]
            p += step[2]
            if np.abs(step[:2]).max() < 1e-9:
                break
        else:
            raise UserError(
                f"the flow at a Reynolds number of {reynolds:g} was not found. Use a lower one or more points"
            )
        self.coefficients = coefficients(u, y), coefficients(v, y), coefficients(p, y[inner])
        self.origin = self.values(np.zeros(1), np.zeros(1))[2]

    def guess(self, x, y):
        """The rests of u `(n, n)`, v `(n, n)` and p `(n - 2, n - 2)`: right at the walls, a coarser flow inside."""
        inner = slice(1, -1)
        u, v, p = -self.corners[0][0], -self.corners[0][1], np.zeros((len(y) - 2, len(y) - 2))
        u[:, -1] += 1
        if len(y) > COARSEST:
            coarser = Cavity(max(COARSEST, len(y) // 2), self.reynolds)
            u[inner, inner], v[inner, inner], p = (
                evaluate(c, x[inner], y[inner]) for c in coarser.coefficients
            )
        return u, v, p

    def newton(self, u, v, p):
        """The matrix and right side for a step of the values at inner nodes, in the order u, v, p."""
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
        # The pressure has a free constant, and one of the continuity equations follows from the others: one for the other.
        middle = 2 * p.size + p.size // 2
        matrix[middle], right[middle] = 0, 0
        matrix[middle, 2 * p.size] = 1
        return matrix, right

    def values(self, x, y):
        (u, v), _, p, _ = lid_flow(x, y, self.reynolds)
        rest_u, rest_v, rest_p = (evaluate(c, x, y) for c in self.coefficients)
        return u + rest_u, v + rest_v, p + rest_p

    def __call__(self, x, y):
        """u, v and p at points, `(n,)` each; p is 0 at x = y = 0, and infinite at the upper corners."""
        u, v, p = self.values(x, y)
        return u, v, p - self.origin

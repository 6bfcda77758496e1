"""The surface of a formula in two variables: height, gradient, Hessian and stationary points."""

import numpy as np
from scipy.optimize import root

from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate

STARTS = 9  # of the search for stationary points, along each side of the box


class Surface:
    """The surface of a formula in two variables.

    Args:
        text: formula as text.
        names: names of its two variables.

    Raises:
        UserError: the text is not such a formula, or its derivatives cannot be written down.
    """

    def __init__(self, text, names=("x", "y")):
        expression = formula.parse(text, variables=names)
        if not expression.free_symbols:
            raise UserError(f"a surface must depend on {' or '.join(names)}. Received: {text!r}")
        first = [differentiate(expression, name) for name in names]
        second = [differentiate(derivative, name) for derivative in first for name in names]
        self.height = formula.compile_function(expression, names)
        self.first = [formula.compile_function(derivative, names) for derivative in first]
        self.second = [formula.compile_function(derivative, names) for derivative in second]

    def gradient(self, point):
        """Return the gradient at a point `(x, y)`, shape `(2,)`."""
        return np.array([float(derivative(*point)) for derivative in self.first])

    def hessian(self, point):
        """Return the Hessian at a point `(x, y)`, shape `(2, 2)`."""
        return np.array([float(derivative(*point)) for derivative in self.second]).reshape(2, 2)

    def find_stationary_points(self, box):
        """Find the points of zero gradient in a box, by root finding from a grid of points.

        Args:
            box: limits `(x_low, x_high, y_low, y_high)`.

        Returns: `{"minimum": [(x, y), ...], "saddle": [...], "maximum": [...]}`, without points in
        flat valleys.
        """
        points = {"minimum": [], "saddle": [], "maximum": []}
        starts = np.meshgrid(np.linspace(*box[:2], STARTS), np.linspace(*box[2:], STARTS))
        for start in np.stack(starts, axis=-1).reshape(-1, 2):
            with np.errstate(all="ignore"):
                solution = root(self.gradient, start, jac=self.hessian)
            point = solution.x
            inside = box[0] <= point[0] <= box[1] and box[2] <= point[1] <= box[3]
            known = [other for others in points.values() for other in others]
            if (
                not solution.success
                or not inside
                or any(np.allclose(point, other, atol=1e-5) for other in known)
            ):
                continue
            curvatures = np.linalg.eigvalsh(self.hessian(point))
            if np.abs(curvatures).min() > 1e-6:
                kind = {2: "minimum", 1: "saddle", 0: "maximum"}[int((curvatures > 0).sum())]
                points[kind].append(tuple(map(float, point)))
        return points

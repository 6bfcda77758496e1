"""A formula in two variables as a surface to walk on: height, gradient, Hessian, and where it is level."""

import numpy as np
from scipy.optimize import root

from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate

STARTS = 9  # of the search, along each side of the box


class Landscape:
    """The surface of a formula.

    Args:
        text: of the formula.
        names: of its two variables.

    Raises: UserError if it is no such formula, or has no derivatives that can be written down.
    """

    def __init__(self, text, names=("x", "y")):
        expression = formula.parse(text, variables=names)
        if not expression.free_symbols:
            raise UserError(f"a surface depends on {' or '.join(names)}. Received: {text!r}")
        slopes = [differentiate(expression, name) for name in names]
        bends = [differentiate(slope, name) for slope in slopes for name in names]
        self.height = formula.function(expression, names)
        self.slopes = [formula.function(slope, names) for slope in slopes]
        self.bends = [formula.function(bend, names) for bend in bends]

    def gradient(self, place):
        """`(2,)` at a place `(x, y)`."""
        return np.array([float(slope(*place)) for slope in self.slopes])

    def hessian(self, place):
        """`(2, 2)` at a place `(x, y)`."""
        return np.array([float(bend(*place)) for bend in self.bends]).reshape(2, 2)

    def level_points(self, box):
        """Where the gradient is zero inside a box, by Newton's method from many places.

        Args:
            box: low and high of x, low and high of y.

        Returns: `{"minimum": [(x, y), ...], "saddle": [...], "maximum": [...]}`, without those in flat valleys.
        """
        points = {"minimum": [], "saddle": [], "maximum": []}
        starts = np.meshgrid(np.linspace(*box[:2], STARTS), np.linspace(*box[2:], STARTS))
        for start in np.stack(starts, axis=-1).reshape(-1, 2):
            with np.errstate(all="ignore"):
                found = root(self.gradient, start, jac=self.hessian)
            known = [place for places in points.values() for place in places]
            inside = box[0] <= found.x[0] <= box[1] and box[2] <= found.x[1] <= box[3]
            if (
                not found.success
                or not inside
                or any(np.allclose(found.x, place, atol=1e-5) for place in known)
            ):
                continue
            bends = np.linalg.eigvalsh(self.hessian(found.x))
            if np.abs(bends).min() > 1e-6:
                kind = {2: "minimum", 1: "saddle", 0: "maximum"}[int((bends > 0).sum())]
                points[kind].append(tuple(map(float, found.x)))
        return points

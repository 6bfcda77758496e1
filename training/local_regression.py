"""Local linear regression: how well any smooth function could predict held-out measurements."""

import numpy as np
from scipy.spatial import KDTree

NEIGHBOURS = (2, 6)  # for each coefficient of the plane, so that little and much noise are served
APART = 1e6  # distance of two runs, whose points are no neighbours


def predict_held_out(points, values, held_out, separate=False):
    """Predict measurements from their nearest neighbours by planes.

    Args:
        points: points with known values, `(points, coordinates)`.
        values: `(points, unknowns)`.
        held_out: points to predict, `(held out, coordinates)`.
        separate: whether the first coordinate is the number of a run.

    Returns: list of predictions `(held out, unknowns)`, one for each number of neighbours.

    Source: W. Cleveland, Robust locally weighted regression and smoothing scatterplots, Journal of
    the American Statistical Association 74 (1979), 829-836.
    """
    width = np.ptp(points, axis=0)
    width[width == 0] = 1.0
    width[0] = 1 / APART if separate else width[0]
    known, sought = points / width, held_out / width
    tree, coefficients = KDTree(known), points.shape[1] + 1 - separate
    return [
        np.stack([predict(tree, values, x, min(factor * coefficients, len(known))) for x in sought])
        for factor in NEIGHBOURS
    ]


def predict(tree, values, x, count):
    """Return the value at a point of the plane through its weighted neighbours, `(unknowns,)`."""
    distances, chosen = tree.query(x, count)
    weights = np.sqrt((1 - (distances / (1.001 * max(distances.max(), 1e-300))) ** 3) ** 3)
    a = np.column_stack([np.ones(count), tree.data[chosen] - x])
    solution, *_ = np.linalg.lstsq(weights[:, None] * a, weights[:, None] * values[chosen])
    return solution[0]

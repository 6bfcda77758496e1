"""The values of an equation's left sides and candidate terms at points of a network."""

import numpy as np
import tensorflow as tf

from equations.system import System
from equations.terms import Term
from errors import UserError


def evaluate_candidates(network, coordinates, candidates, points):
    """Return the network's left sides, `(points, equations)`, and terms, `(points, terms)`.

    Args:
        network: from `models.pinn.pinn`.
        coordinates: names of its coordinates.
        candidates: `equations.candidates.Candidates`.
        points: `(points, coordinates)`.
    """
    expressions = (*candidates.left, *candidates.terms)
    names = tuple(map(str, range(len(expressions))))
    system = System(network, coordinates, [Term(names, expressions, candidates.values)])
    batch = system.prepare([([points], np.zeros((len(points), 0)))])
    rows = system.residuals(tf.constant(system.get_weights()), batch).numpy()
    values = rows.reshape(len(expressions), -1).T * len(points) ** 0.5
    return np.split(values, [len(candidates.left)], axis=1)


def check_candidates(candidates, library):
    """Raise UserError if a term is undefined at some points; `library` has the terms' values."""
    for text, column in zip(candidates.texts, library.T, strict=True):
        if not np.isfinite(column).all():
            raise UserError(
                f"the term {text} is undefined at some data points; remove it from the library"
            )

"""Label propagation against the linear system that it solves."""

import numpy as np

from evaluation.node_baselines import propagate_labels

EDGES = np.array([[0, 1], [1, 2], [2, 3], [4, 5]])


def test_propagation_solves_its_linear_system():
    """z = 0.9 S z + 0.1 y, so z = 0.1 (I - 0.9 S)^-1 y."""
    adjacency = np.zeros((7, 7))
    for a, b in EDGES:
        adjacency[a, b] = adjacency[b, a] = 1
    scale = 1 / np.sqrt(np.maximum(adjacency.sum(axis=1), 1))
    mean = scale[:, None] * adjacency * scale
    known = np.zeros((7, 2))
    known[0, 0] = known[3, 1] = 1
    expected = np.linalg.solve(np.eye(7) - 0.9 * mean, 0.1 * known)[:4]
    expected /= expected.sum(axis=1, keepdims=True)
    found = propagate_labels(EDGES, 7, np.array([0, 3]), np.eye(2))
    np.testing.assert_allclose(found[:4], expected, atol=1e-2)
    np.testing.assert_allclose(found[4:], 0.5)  # no label reaches these

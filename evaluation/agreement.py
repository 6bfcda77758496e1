"""How well clusterings agree, and the number of clusters on which they agree best."""

import itertools

import numpy as np
from sklearn.metrics import adjusted_rand_score

TOLERANCE = 0.01  # by which the agreement on more clusters may be smaller


def measure_agreement(clusterings):
    """Return the adjusted Rand index of each clustering with each other one.

    Args:
        clusterings: list of cluster numbers, `(rows,)` each.

    Returns: `(clusterings, clusterings)` with 1 on the diagonal.
    """
    agreement = np.eye(len(clusterings))
    for a, b in itertools.combinations(range(len(clusterings)), 2):
        agreement[a, b] = agreement[b, a] = adjusted_rand_score(clusterings[a], clusterings[b])
    return agreement


def choose_clusters(fit, codes, held_out, candidates):
    """Return the number of clusters on which networks of different seeds agree.

    For each candidate, a mixture is fitted to the codes of each network, and the agreement is the
    mean adjusted Rand index of their clusters of rows held out. A few large clusters are often
    found again as well, so the largest number whose agreement is the best but for `TOLERANCE` is
    chosen. With a single network, the mixtures are fitted to two halves of its codes.

    Args:
        fit: function of codes and a number of clusters that returns a mixture.
        codes: codes of the training rows, `(rows, latent)`, one array a network.
        held_out: codes of the rows held out, likewise.
        candidates: numbers of clusters.

    Returns: the number, and `{"clusters": candidates, "agreement": values}`.
    """
    if len(codes) == 1:
        codes, held_out = (codes[0][::2], codes[0][1::2]), held_out * 2
    agreements = []
    for clusters in candidates:
        found = [
            fit(z, clusters).predict(other.astype("float64"))
            for z, other in zip(codes, held_out, strict=True)
        ]
        agreements.append(mean_agreement(measure_agreement(found)))
    enough = max(agreements) - TOLERANCE
    chosen = max(k for k, value in zip(candidates, agreements, strict=True) if value >= enough)
    return chosen, {"clusters": list(candidates), "agreement": agreements}


def mean_agreement(agreement):
    """Return the mean over all pairs, given the matrix of `measure_agreement`; 1 for none."""
    pairs = agreement[np.triu_indices(len(agreement), 1)]
    return float(pairs.mean()) if len(pairs) else 1.0

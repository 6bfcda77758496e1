"""How well clusterings agree, and the number of clusters on which they agree best."""

import itertools

import numpy as np
from sklearn.metrics import adjusted_rand_score

POOR = 0.8  # agreement below which another seed finds other clusters


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
    """Return the number of clusters on which networks of different seeds agree best.

    For each candidate, a mixture is fitted to the codes of each network, and the agreement is the
    mean adjusted Rand index of their clusters of rows held out. The number with the best agreement
    is chosen, of several the largest one: a few large clusters may be found again as well. With a
    single network, the mixtures are fitted to two halves of its codes.

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
    _, chosen = max(zip(agreements, candidates, strict=True))
    return chosen, {"clusters": list(candidates), "agreement": agreements}


def mean_agreement(agreement):
    """Return the mean over all pairs, given the matrix of `measure_agreement`; 1 for none."""
    pairs = agreement[np.triu_indices(len(agreement), 1)]
    return float(pairs.mean()) if len(pairs) else 1.0


def describe_choice(clusters, agreement, networks, rows):
    """Return in a line how a number of clusters was chosen.

    Args:
        clusters: number of clusters.
        agreement: mean adjusted Rand index between the clusterings, on rows held out.
        networks: number of networks.
        rows: number of rows held out.
    """
    who = "networks of different seeds" if networks > 1 else "mixtures of two halves of the codes"
    line = (
        f"clusters    {clusters}: {who} agree on this number best, with an adjusted Rand index of "
        f"{agreement:.2f} on {rows} validation rows"
    )
    return line if agreement >= POOR else f"{line}. That is poor: others would find other clusters"

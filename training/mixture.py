"""Clusters of codes: a mixture of Gaussians, the best of several restarts."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestNeighbors

MOST_ROWS = 8000  # that a mixture is fitted to
NEIGHBOURS = 10  # whose clusters are compared
RESTARTS, FEW = 10, 3
RIDGE = 1e-3  # part of the mean variance that is added to each variance


def fit_mixture(codes, clusters, restarts=RESTARTS):
    """Fit a mixture of Gaussians to codes, and return the best of several restarts.

    The likelihood prefers mixtures with a wide Gaussian for all rows between the clusters. The
    best restart is therefore the one with the largest mutual information of the cluster of a row
    and those of its nearest neighbours.

    Args:
        codes: `(rows, latent)`, in random order.
        clusters: number of Gaussians.
        restarts: number of restarts, each from its own k-means.

    Returns: `sklearn.mixture.GaussianMixture`.
    """
    codes = np.asarray(codes[:MOST_ROWS], "float64")
    ridge = RIDGE * codes.var(axis=0).mean() + 1e-9
    count = min(NEIGHBOURS, len(codes) - 1)
    near = NearestNeighbors(n_neighbors=count).fit(codes).kneighbors(return_distance=False)

    def judge(mixture):
        p = mixture.predict_proba(codes)
        return np.mean([mutual_information(p, p[column]) for column in near.T])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        mixtures = [
            GaussianMixture(clusters, reg_covar=ridge, random_state=number).fit(codes)
            for number in range(restarts)
        ]
    return max(mixtures, key=judge)


def fit_few_times(codes, clusters):
    """Return the best of few restarts, to compare many numbers of clusters."""
    return fit_mixture(codes, clusters, FEW)


def mutual_information(p, q):
    """Return the mutual information, in nats, of the clusters of paired rows.

    Args:
        p, q: probabilities of the clusters, `(rows, clusters)`.

    Source: Ji et al., Invariant Information Clustering, arXiv:1807.06653.
    """
    joint = p.T @ q / len(p)
    joint = (joint + joint.T) / 2
    marginal = joint.sum(axis=0)
    independent = np.outer(marginal, marginal)
    seen = (joint > 0) & (independent > 0)
    return float(np.sum(joint[seen] * np.log(joint[seen] / independent[seen])))

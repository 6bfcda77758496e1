"""How near samples are to data: distances between two sets of rows, and copies.

None of these is a likelihood. Each is only worth something beside the value of real rows that were
held out, which is not 0 or 1 either: two finite sets of the same distribution differ.
"""

import numpy as np
from scipy import linalg
from sklearn.neighbors import NearestNeighbors

NEIGHBOURS = 5
DIRECTIONS = 200
COPY = 0.05  # of the usual distance of real rows, up to which a sample is a copy
SMALL_STEP = 1e-6  # keeps the square root of a singular covariance finite


def kernel_distance(real, drawn):
    """Return the kernel inception distance (KID), without bias: near 0, or below it, if equal.

    It is the squared maximum mean discrepancy with the kernel (x.y / d + 1)^3.

    Args:
        real, drawn: `(rows, d)`; their numbers of rows may differ.

    Source: M. Binkowski et al., Demystifying MMD GANs, arXiv:1801.01401.
    """
    width = real.shape[1]

    def kernel(a, b):
        return (a @ b.T / width + 1) ** 3

    def mean_of_pairs(x):
        values, count = kernel(x, x), len(x)
        return (values.sum() - np.trace(values)) / (count * (count - 1))

    return float(mean_of_pairs(real) + mean_of_pairs(drawn) - 2 * kernel(real, drawn).mean())


def frechet_distance(real, drawn):
    """Return the squared Wasserstein distance of two Gaussians with the moments of the rows.

    Args:
        real, drawn: `(rows, d)`. Few rows are biased upwards: compare the same number of rows only.

    Source: M. Heusel et al., arXiv:1706.08500.
    """
    shift = real.mean(axis=0) - drawn.mean(axis=0)
    first, second = (np.atleast_2d(np.cov(x, rowvar=False)) for x in (real, drawn))
    step = SMALL_STEP * np.eye(len(first))
    root = linalg.sqrtm((first + step) @ (second + step)).real
    return float(shift @ shift + np.trace(first + second - 2 * root))


def measure_coverage(real, drawn, neighbours=NEIGHBOURS):
    """Return `(density, coverage)` of samples.

    Each real row has a ball up to its nearest other rows. Density is the mean number of balls that
    a sample lies in, divided by `neighbours`; coverage is the share of balls with a sample in them.

    Args:
        real, drawn: `(rows, d)`.
        neighbours: the ball of a row reaches to this one of its neighbours.

    Source: M. F. Naeem et al., Reliable Fidelity and Diversity Metrics, arXiv:2002.09797.
    """
    neighbours = min(neighbours, len(real) - 1)
    # The nearest row of each is the row itself.
    radii = NearestNeighbors(n_neighbors=neighbours + 1).fit(real).kneighbors(real)[0][:, -1]
    inside = measure_distances(real, drawn) <= radii[:, None]  # (real, drawn)
    return float(inside.sum(axis=0).mean() / neighbours), float(inside.any(axis=1).mean())


def measure_distances(first, second):
    """Return the distances of all pairs of rows, `(first, second)`."""
    squares = np.square(first).sum(axis=1)[:, None] + np.square(second).sum(axis=1)
    return np.sqrt(np.maximum(squares - 2 * first @ second.T, 0))


def measure_copies(train, real, drawn):
    """Return `(newness, copied)` of samples, from their distances to the nearest training row.

    Newness is their median distance, divided by the median of held-out real rows: near 1 for
    new rows, near 0 for copies. Copied is the share of samples whose distance is below 5 % of the
    median of real rows.
    """
    nearest = NearestNeighbors(n_neighbors=1).fit(train)
    new, held_out = (nearest.kneighbors(rows)[0] for rows in (drawn, real))
    usual = np.median(held_out)
    newness = np.median(new) / max(usual, np.finfo("float32").tiny)
    return float(newness), float(np.mean(new <= COPY * usual))


def sliced_distance(real, drawn, directions=DIRECTIONS):
    """Return the sliced Wasserstein distance: the root of the mean square over directions.

    Args:
        real, drawn: `(rows, d)`, with the same number of rows.
        directions: number of random directions, the same ones in every call.

    Source: N. Bonneel et al., Sliced and Radon Wasserstein Barycenters of Measures, 2015.
    """
    lines = np.random.default_rng(0).normal(size=(directions, real.shape[1]))
    lines /= np.linalg.norm(lines, axis=1, keepdims=True)
    first, second = (np.sort(rows @ lines.T, axis=0) for rows in (real, drawn))
    return float(np.sqrt(np.mean((first - second) ** 2)))

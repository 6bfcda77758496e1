"""Total variation: the picture that fits a sinogram and has the least edges.

It minimises |A x - y|^2 / 2 + weight * sum |grad x| over pictures x >= 0.
"""

import numpy as np


def minimise_total_variation(matrix, sinograms, weight, start, iterations=400):
    """Minimise by the primal-dual method of Chambolle and Pock with diagonal steps.

    Args:
        matrix: projector, `(rays, size * size)`.
        sinograms: `(pictures, rays)`.
        weight: weight of the total variation.
        start: pictures from which it starts, `(pictures, size, size)`.
        iterations: number of iterations.

    Returns: `(pictures, size, size)`.

    Source: T. Pock, A. Chambolle, Diagonal preconditioning for first order primal-dual algorithms,
    ICCV 2011; E. Sidky et al., arXiv:1111.5632.
    """
    back = matrix.T.tocsr()
    shape = start.shape
    # Steps of at most one over the sums of rows and of columns; a gradient has entries 1 and -1.
    ray_step = 1 / np.maximum(np.asarray(matrix.sum(axis=1)), 1e-6)  # (rays, 1)
    pixel_step = 1 / (np.asarray(matrix.sum(axis=0)).reshape(shape[1:]) + 4)
    y, x = sinograms.T, start
    ahead, rays, edges = start, np.zeros_like(y), np.zeros((2, *shape), y.dtype)
    for _ in range(iterations):
        projected = matrix @ ahead.reshape(len(start), -1).T
        rays = (rays + ray_step * (projected - y)) / (1 + ray_step)
        edges = edges + 0.5 * find_gradient(ahead)
        edges /= np.maximum(1, np.sqrt((edges**2).sum(axis=0)) / weight)
        descent = (back @ rays).T.reshape(shape) - find_divergence(edges)
        following = np.maximum(x - pixel_step * descent, 0)
        x, ahead = following, 2 * following - x
    return x


def find_gradient(x):
    """Return differences to the next row and to the next column, `(2, pictures, size, size)`."""
    found = np.zeros((2, *x.shape), x.dtype)
    found[0, :, :-1] = x[:, 1:] - x[:, :-1]
    found[1, :, :, :-1] = x[:, :, 1:] - x[:, :, :-1]
    return found


def find_divergence(edges):
    """Return minus the adjoint of `find_gradient`, `(pictures, size, size)`."""
    found = np.zeros_like(edges[0])
    found[:, :-1] += edges[0, :, :-1]
    found[:, 1:] -= edges[0, :, :-1]
    found[:, :, :-1] += edges[1, :, :, :-1]
    found[:, :, 1:] -= edges[1, :, :, :-1]
    return found


def measure_objective(matrix, sinograms, weight, x):
    """Return what is minimised, for each picture."""
    misfit = matrix @ x.reshape(len(x), -1).T - sinograms.T
    edges = np.sqrt((find_gradient(x) ** 2).sum(axis=0)).sum(axis=(1, 2))
    return 0.5 * (misfit**2).sum(axis=0) + weight * edges

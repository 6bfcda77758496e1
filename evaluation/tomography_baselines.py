"""Classical reconstructions: filtered back-projection, SIRT and total variation.

What each of them leaves open is chosen on validation pictures by the PSNR.
"""

import time

import numpy as np

from evaluation.baselines import Baseline
from evaluation.tomography_file import measure_psnr
from evaluation.total_variation import minimise_total_variation
from models.projector import make_matrix, make_ramp_filter

CHOOSING = 20  # validation pictures
CUTOFFS = (0, 1.5, 1.2, 1.0, 0.8, 0.6, 0.45, 0.3)  # of the filter's window; 0 for none
ITERATIONS = (5, 10, 20, 30, 50, 75, 100, 150, 200, 300)  # of SIRT
FINEST = 2**-0.5  # step between weights of the total variation
BACK_PROJECTION, SIRT, VARIATION = "filtered back-projection", "SIRT", "total variation"


def fit_tomography_baselines(data):
    """Return `{name: Baseline}` with the endpoint `serve` of the SavedModel.

    Args:
        data: `datasets.dataset.Dataset` from `datasets.tomography.make_sinogram_dataset`.
    """
    y = data.validation.inputs["sinogram"][:CHOOSING]
    true = data.validation.targets["picture"][:CHOOSING]
    peak, size = data.context["peak"], true.shape[1]
    matrix = make_matrix(size, y.shape[1]).astype("float32")
    found = {}

    def score(x):
        return measure_psnr(x, true, peak).mean()

    def add(name, choose):
        start = time.perf_counter()
        reconstruct = choose()
        serve = {"serve": lambda inputs: {"picture": reconstruct(inputs["sinogram"])}}
        found[name] = Baseline(serve, time.perf_counter() - start)

    def choose_filter():
        cutoff = max(CUTOFFS, key=lambda cutoff: score(back_project(matrix, y, cutoff)))
        return lambda y: back_project(matrix, y, cutoff)

    def choose_iterations():
        pictures = iterate(matrix, y, max(ITERATIONS), ITERATIONS)
        best = max(ITERATIONS, key=lambda count: score(pictures[count]))
        return lambda y: iterate(matrix, y, best, (best,))[best]

    def choose_weight():
        def solve(y, weight):
            start = back_project(matrix, y, 1.0)
            return minimise_total_variation(matrix, y.reshape(len(y), -1), weight, start)

        # The best weight is a few times the standard deviation of the noise.
        noise = max(data.context["noise"], 1e-3) * float(np.sqrt(np.mean(y**2)))
        scores = {}
        best, step = noise, 4.0
        while step > FINEST**-0.5:
            for weight in (best / step, best, best * step):
                scores.setdefault(weight, score(solve(y, weight)))
            top = max(scores, key=scores.get)
            step = step**0.5 if top == best else step
            best = top
        return lambda y: solve(y, best)

    add(BACK_PROJECTION, choose_filter)
    add(SIRT, choose_iterations)
    add(VARIATION, choose_weight)
    return found


def back_project(matrix, sinograms, cutoff):
    """Filtered back-projection, without negative pixels.

    Args:
        matrix: projector, `(rays, size * size)`.
        sinograms: `(pictures, angles, detectors)`.
        cutoff: as for `models.projector.make_ramp_filter`.
    """
    count, angles, detectors = sinograms.shape
    filtered = sinograms @ make_ramp_filter(detectors, cutoff).astype("float32")
    pictures = matrix.T @ filtered.reshape(count, -1).T * (np.pi / angles)
    size = round(matrix.shape[1] ** 0.5)
    return np.maximum(pictures.T.reshape(count, size, size), 0)


def iterate(matrix, sinograms, iterations, kept):
    """SIRT: simultaneous iterations x + C A^T R (y - A x), without negative pixels, from zero.

    C and R divide by the sums of the columns and of the rows of the matrix A.

    Returns: `{number of iterations: (pictures, size, size)}` of the kept ones.
    """
    back = matrix.T.tocsr()
    ray_step = 1 / np.maximum(np.asarray(matrix.sum(axis=1)), 1e-6)  # (rays, 1)
    pixel_step = 1 / np.asarray(matrix.sum(axis=0)).reshape(-1, 1)
    count, size = len(sinograms), round(matrix.shape[1] ** 0.5)
    y = sinograms.reshape(count, -1).T
    x = np.zeros((size**2, count), y.dtype)
    pictures = {}
    for number in range(1, iterations + 1):
        x = np.maximum(x + pixel_step * (back @ (ray_step * (y - matrix @ x))), 0)
        if number in kept:
            pictures[number] = x.T.reshape(count, size, size)
    return pictures

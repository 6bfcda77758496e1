"""The projector of tomography: from a picture to its sinogram, its adjoint, and the filter between.

A pixel is a square of side 1, and a detector a strip of width 1: each measures the area of the
pixels in its strip, times their values. The matrix of these areas is sparse, since a square meets
at most three strips. Angle k of n is pi k / n, and the ray of detector t at the angle a is

    x cos(a) + y sin(a) = t,    x to the right, y up, from the middle of the picture.
"""

import functools
import math

import numpy as np
from scipy import sparse


def count_detectors(size):
    """Return the number of detectors that cover the diagonal of a picture; it is odd."""
    return 2 * math.ceil(size / math.sqrt(2)) + 1


def list_angles(count):
    """Return the angles of the projections, `(count,)`, over half a turn."""
    return np.pi * np.arange(count) / count


@functools.lru_cache(maxsize=4)
def make_matrix(size, angles):
    """Return the matrix of the projector.

    Args:
        size: height and width of a picture.
        angles: number of angles.

    Returns: `scipy.sparse.csr_matrix` of shape `(angles * detectors, size * size)`.
    """
    detectors = count_detectors(size)
    middle = (np.arange(size) - (size - 1) / 2)[None, :]
    pixels = np.arange(size**2)
    parts = []
    for number, angle in enumerate(list_angles(angles)):
        cosine, sine = abs(np.cos(angle)), abs(np.sin(angle))
        inner, outer = abs(cosine - sine) / 2, (cosine + sine) / 2
        t = (np.cos(angle) * middle - np.sin(angle) * middle.T).ravel()
        first = np.floor(t - outer + detectors / 2).astype(int)
        for strip in first, first + 1, first + 2:
            edge = strip - detectors / 2 - t
            area = find_area_left_of(edge + 1, inner, outer) - find_area_left_of(edge, inner, outer)
            kept = area > 0
            parts.append((area[kept], number * detectors + strip[kept], pixels[kept]))
    area, rays, columns = map(np.concatenate, zip(*parts, strict=True))
    shape = angles * detectors, size**2
    return sparse.csr_matrix((area, (rays, columns)), shape)


def find_area_left_of(t, inner, outer):
    """Return the area of a unit square on one side of a line at the distance t from its middle.

    Along t the square is a trapezoid of area 1: flat to `inner`, and zero from `outer` on.
    """
    flat, slope = np.minimum(abs(t), inner), np.clip(abs(t) - inner, 0, outer - inner)
    fall = slope - slope**2 / (2 * max(outer - inner, 1e-12))
    return 0.5 + np.sign(t) * (flat + fall) / (inner + outer)


def project_pictures(pictures, angles):
    """Return the sinograms of pictures, `(pictures, angles, detectors)`, with NumPy alone."""
    count, size, _ = pictures.shape
    return (make_matrix(size, angles) @ pictures.reshape(count, -1).T).T.reshape(count, angles, -1)


def make_ramp_filter(detectors, cutoff=1.0):
    """Return the ramp filter of filtered back-projection as a matrix.

    Args:
        detectors: number of detectors.
        cutoff: frequency, as a share of the largest one, at which a Hann window ends; 0 for the
            ramp without a window.

    Returns: `(detectors, detectors)`, symmetric.

    Source: A. Kak, M. Slaney, Principles of Computerized Tomographic Imaging, chapter 3.
    """
    length = 4 * detectors
    n = np.fft.fftfreq(length, 1 / length)
    kernel = np.where(n % 2 == 1, -1 / (np.pi * np.where(n == 0, 1, n)) ** 2, 0.0)
    kernel[0] = 0.25
    if cutoff:
        frequency = 2 * abs(np.fft.fftfreq(length)) / cutoff
        window = np.where(frequency < 1, 0.5 + 0.5 * np.cos(np.pi * frequency), 0.0)
        kernel = np.fft.ifft(np.fft.fft(kernel) * window).real
    place = np.arange(detectors)
    return kernel[place[:, None] - place]

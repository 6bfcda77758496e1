"""Convolution by formula beside Keras and SciPy, and what layers do with shifted pictures."""

import keras
import numpy as np
import scipy.signal

from lectures.convolution import correlate, count_convolution_weights, count_dense_weights

CASES = (  # size, kernel, channels, filters, stride, dilation, padding
    ((16,), (3,), 1, 1, 1, 1, 0),
    ((16,), (5,), 2, 3, 3, 1, 2),
    ((16,), (3,), 2, 3, 1, 4, 0),
    ((128, 128), (3, 3), 1, 1, 1, 1, 1),
    ((32, 20), (5, 3), 3, 4, 2, 1, 1),
    ((32, 20), (3, 3), 3, 4, 1, 3, 0),
    ((8, 12, 10), (3, 3, 3), 1, 1, 1, 1, 0),
    ((8, 12, 10), (3, 2, 4), 2, 5, 2, 1, 1),
    ((8, 12, 10), (2, 3, 3), 2, 5, 1, 2, 2),
)
DIRECTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0))


def compare_cases(random):
    """Return a table of output sizes, and of differences from `keras.ops.conv` and SciPy."""
    rows = [
        ["size", "kernel", "channels", "stride", "dilation", "padding", "output", "in Keras"]
        + ["from Keras", "from SciPy"]
    ]
    for size, kernel_size, channels, filters, *settings in CASES:
        x = random.normal(size=(2, *size, channels))
        kernel = random.normal(size=(*kernel_size, channels, filters))
        y = correlate(x, kernel, *settings)
        by_keras = correlate_by_keras(x, kernel, *settings)
        by_scipy = correlate_by_scipy(x, kernel, *settings)
        sizes = [" x ".join(map(str, s)) for s in (size, kernel_size, y.shape[1:-1])]
        keras_size = " x ".join(map(str, by_keras.shape[1:-1]))
        differences = [float(np.abs(other - y).max()) for other in (by_keras, by_scipy)]
        to = f"{channels} to {filters}"
        rows.append([*sizes[:2], to, *settings, sizes[2], keras_size, *differences])
    return rows


def pad(x, padding):
    return np.pad(x, [(0, 0), *[(padding, padding)] * (x.ndim - 2), (0, 0)])


def correlate_by_keras(x, kernel, stride, dilation, padding):
    x = pad(x, padding)
    return np.asarray(
        keras.ops.conv(x, kernel, stride, "valid", "channels_last", dilation_rate=dilation)
    )


def correlate_by_scipy(x, kernel, stride, dilation, padding):
    """Return the sums of SciPy's correlations of single channels, every stride-th element."""
    x, space = pad(x, padding), x.ndim - 2
    wide = np.zeros(
        [dilation * (k - 1) + 1 for k in kernel.shape[:space]] + [*kernel.shape[space:]]
    )
    wide[(slice(None, None, dilation),) * space] = kernel
    every = (slice(None, None, stride),) * space
    return np.stack(
        [
            np.stack(
                [
                    sum(
                        scipy.signal.correlate(row[..., c], wide[..., c, o], "valid", "direct")
                        for c in range(row.shape[-1])
                    )[every]
                    for o in range(kernel.shape[-1])
                ],
                axis=-1,
            )
            for row in x
        ]
    )


def compare_filters(photograph, filtered):
    """Return rows of a table: kernel, difference from SciPy, largest value.

    Args:
        photograph: `(height, width)`.
        filtered: `{name: (picture, kernel)}`.
    """
    rows = []
    for name, (picture, kernel) in filtered.items():
        by_scipy = scipy.signal.correlate(photograph.astype("float64"), np.array(kernel), "same")
        difference = np.abs(picture - by_scipy).max()
        largest = np.abs(by_scipy).max()
        rows.append([name, float(difference / largest), float(largest)])
    return rows


def count_weights(size, units):
    """Return a table of the weights of a dense layer and of a convolution with as many outputs."""
    picture = keras.Input((*size, 1))
    dense = keras.layers.Dense(units)
    convolution = keras.layers.Conv2D(units, 3, padding="same")
    dense(keras.layers.Flatten()(picture))
    convolution(picture)
    by_formula = count_dense_weights(size, units), count_convolution_weights((3, 3), 1, units)
    pixels = size[0] * size[1]
    return [
        ["layer", "weights by formula", "weights in Keras", "multiply-adds"],
        [f"dense, {units} units", by_formula[0], dense.count_params(), pixels * units],
        [f"3 x 3, {units} filters", by_formula[1], convolution.count_params(), 9 * pixels * units],
    ]


def shift(pictures, pixels, direction):
    """Move pictures `(rows, height, width, channels)`; what leaves at an end comes back."""
    return np.roll(pictures, [pixels * step for step in direction], axis=(1, 2))


def measure_equivariance(answer, pictures, shifts, stride=1):
    """Return how far a layer's answer to shifted pictures is from its shifted answer.

    Args:
        answer: function from pictures to `(rows, height, width, channels)`.
        pictures: `(rows, height, width, channels)`, black at the border.
        shifts: numbers of pixels.
        stride: pixels for each element of the answer.

    Returns: relative differences, `(shifts,)`, the mean of four directions.
    """
    before = answer(pictures)
    differences = []
    for pixels in shifts:
        errors = [
            np.linalg.norm(
                answer(shift(pictures, pixels, direction))
                - shift(before, pixels // stride, direction)
            )
            for direction in DIRECTIONS
        ]
        differences.append(np.mean(errors) / np.linalg.norm(before))
    return np.array(differences)


def measure_accuracy(answer, pictures, labels, shifts):
    """Return the accuracy on shifted pictures, `(shifts,)`, the mean of four directions.

    Args:
        answer: function from pictures to predicted labels.
        pictures, labels: `(rows, height, width, channels)` and `(rows,)`.
        shifts: numbers of pixels.
    """
    return np.array(
        [
            np.mean([answer(shift(pictures, pixels, way)) == labels for way in DIRECTIONS])
            for pixels in shifts
        ]
    )

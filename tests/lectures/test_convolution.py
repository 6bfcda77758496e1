"""Cross-correlation and its output sizes by hand, and against SciPy and Keras."""

import keras
import numpy as np
import pytest
import scipy.signal

from evaluation.convolution import (
    CASES,
    compare_cases,
    count_weights,
    measure_equivariance,
    shift,
)
from lectures.convolution import (
    correlate,
    count_convolution_weights,
    count_dense_weights,
    find_output_size,
)


def test_by_hand():
    picture = np.arange(9.0).reshape(1, 3, 3, 1)
    kernel = np.array([[1.0, 2], [3, 4]]).reshape(2, 2, 1, 1)
    # 0 + 2 + 9 + 16, 1 + 4 + 12 + 20; 3 + 8 + 18 + 28, 4 + 10 + 21 + 32
    assert correlate(picture, kernel)[0, ..., 0].tolist() == [[27, 37], [57, 67]]
    assert correlate(picture, kernel, dilation=2)[0, ..., 0].tolist() == [[0 + 4 + 18 + 32]]
    assert correlate(picture, kernel, stride=2, padding=1)[0, ..., 0].tolist() == [
        [0, 3 * 1 + 4 * 2],
        [2 * 3 + 4 * 6, 67],
    ]
    # A convolution turns the kernel around.
    np.testing.assert_allclose(
        correlate(picture, kernel[::-1, ::-1])[0, ..., 0],
        scipy.signal.convolve2d(picture[0, ..., 0], kernel[..., 0, 0], "valid"),
    )


@pytest.mark.parametrize("size, kernel, stride, dilation, padding, output", [
    (32, 5, 1, 1, 0, 28), (28, 3, 2, 1, 1, 14), (227, 11, 4, 1, 0, 55), (7, 3, 1, 3, 0, 1),
    (224, 7, 2, 1, 3, 112),
])  # fmt: skip
def test_sizes_of_known_networks(size, kernel, stride, dilation, padding, output):
    assert find_output_size(size, kernel, stride, dilation, padding) == output


def test_keras_and_scipy_agree_in_one_to_three_dimensions():
    header, *rows = compare_cases(np.random.default_rng(0))
    assert {len(size) for size, *_ in CASES} == {1, 2, 3} and len(rows) == len(CASES)
    for row in rows:
        assert row[6] == row[7] and max(row[8:]) < 1e-12


def test_weights():
    # LeNet's first layer and its first dense one; the lecture's 128 x 128 pixels and 100 units
    assert count_convolution_weights((5, 5), 1, 6) == 156
    assert count_dense_weights((400,), 120) == 48120
    _, dense, convolution = count_weights((128, 128), 100)
    assert dense[1:3] == [1638500, 1638500] and convolution[1:3] == [1000, 1000]


def test_equivariance():
    pictures = np.zeros((2, 12, 12, 1), "float32")
    pictures[:, 4:8, 4:8] = np.random.default_rng(0).uniform(size=(2, 4, 4, 1))
    layer = keras.layers.Conv2D(3, 3, padding="same")
    same = measure_equivariance(lambda x: layer(x).numpy(), pictures, range(3))
    np.testing.assert_allclose(same, 0, atol=1e-6)
    columns = np.arange(12.0)[:, None]  # depends on the place
    assert measure_equivariance(lambda x: x * columns, pictures, [0, 2])[1] > 0.1
    assert shift(pictures, 2, (0, 1))[0, 4, 6] == pictures[0, 4, 4]

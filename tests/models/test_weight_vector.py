"""Variables as one vector, and back."""

import keras
import numpy as np
import tensorflow as tf

from models.weight_vector import WeightVector


def test_the_vector_holds_all_numbers_in_order():
    kernel = keras.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], dtype="float64")
    bias = keras.Variable([7.0, 8.0], dtype="float64")
    vector = WeightVector([kernel, bias])
    assert vector.size == 8 and vector.dtype == "float64"
    np.testing.assert_array_equal(vector.read(), np.arange(1.0, 9.0))
    parts = vector.split(tf.constant(np.arange(8.0)))
    np.testing.assert_array_equal(parts[0], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(parts[1], [6, 7])
    vector.assign(np.arange(8.0))
    np.testing.assert_array_equal(kernel, [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(bias, [6, 7])

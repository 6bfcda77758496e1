"""The projector of tomography as layers: its gradient is the back-projection, its exact adjoint."""

import functools

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from models.projector import count_detectors, make_matrix, make_ramp_filter


@functools.lru_cache(maxsize=4)
def make_sparse_tensor(size, angles, dtype):
    """Return the matrix of the projector as a constant, which all layers of a network share."""
    matrix = make_matrix(size, angles).tocoo()
    indices = np.stack([matrix.row, matrix.col], axis=1).astype("int64")
    with tf.init_scope():
        return tf.SparseTensor(indices, matrix.data.astype(dtype), matrix.shape)


class Projection(layers.Layer):
    """What the two layers share: the matrix of the projector, as a constant.

    Args:
        size: height and width of a picture.
        angles: number of angles.
    """

    def __init__(self, size, angles, **kwargs):
        super().__init__(**kwargs)
        self.size, self.angles = size, angles
        self.detectors = count_detectors(size)

    def build(self, shape):
        self.matrix = make_sparse_tensor(self.size, self.angles, self.dtype)

    def multiply(self, x, transposed, training=False):
        """Return the matrix, or its transpose, times each row of x, `(batch, numbers)`.

        In training the gradient is written out, since TensorFlow's own also computes that of the
        matrix. A SavedModel cannot keep a custom gradient.
        """
        # Six times faster than `tf.sparse.sparse_dense_matmul`.
        matrix = tf.raw_ops.SparseTensorToCSRSparseMatrix(
            indices=self.matrix.indices,
            values=self.matrix.values,
            dense_shape=self.matrix.dense_shape,
        )

        def product(x):
            columns = tf.raw_ops.SparseMatrixMatMul(
                a=matrix, b=tf.transpose(x), transpose_a=transposed
            )
            return tf.transpose(columns)

        def differentiable(x):
            return product(x), lambda y: self.multiply(y, not transposed)

        return tf.custom_gradient(differentiable)(x) if training else product(x)

    def get_config(self):
        return super().get_config() | {"size": self.size, "angles": self.angles}


@keras.saving.register_keras_serializable(package="tomography")
class Project(Projection):
    """The sinogram of a picture; its gradient is the back-projection.

    Input shape: `(batch, size, size)`.
    Output shape: `(batch, angles, detectors)`.
    """

    def call(self, picture, training=False):
        rays = self.multiply(tf.reshape(picture, (-1, self.size**2)), False, training)
        return tf.reshape(rays, (-1, self.angles, self.detectors))

    def compute_output_shape(self, shape):
        return shape[0], self.angles, self.detectors


@keras.saving.register_keras_serializable(package="tomography")
class BackProject(Projection):
    """Filtered back-projection of a sinogram, or the adjoint of `Project` where it is not filtered.

    Args:
        filtered: whether the ramp filter comes first.

    Input shape: `(batch, angles, detectors)`.
    Output shape: `(batch, size, size)`.
    """

    def __init__(self, size, angles, filtered=True, **kwargs):
        super().__init__(size, angles, **kwargs)
        self.filtered = filtered

    def build(self, shape):
        super().build(shape)
        kernel = make_ramp_filter(self.detectors) * np.pi / self.angles
        with tf.init_scope():
            self.kernel = tf.constant(kernel, self.dtype)

    def call(self, sinogram, training=False):
        if self.filtered:
            sinogram = tf.matmul(sinogram, self.kernel)
        rays = tf.reshape(sinogram, (-1, self.angles * self.detectors))
        return tf.reshape(self.multiply(rays, True, training), (-1, self.size, self.size))

    def compute_output_shape(self, shape):
        return shape[0], self.size, self.size

    def get_config(self):
        return super().get_config() | {"filtered": self.filtered}

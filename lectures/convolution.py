"""Convolution as on the slide, in NumPy: a kernel that slides over a line, a picture or a volume.

What neural networks call convolution is cross-correlation:

    y[i, o] = sum over k and c of  x[stride i + dilation k - padding, c] K[k, c, o]

and its size along an axis is

    floor((n + 2 padding - dilation (k - 1) - 1) / stride) + 1

The mathematical convolution has a kernel that is turned around.

Source: M. Pierini, Deep Learning lectures; V. Dumoulin and F. Visin, arXiv:1603.07285.
"""

import numpy as np

KERNELS = {
    "vertical edges (Sobel)": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "horizontal edges (Sobel)": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "blur (Gauss)": np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256,
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "edges (Laplace)": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
}


def find_output_size(size, kernel, stride=1, dilation=1, padding=0):
    """Return the number of outputs along an axis; padding is added at either end."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def correlate(x, kernel, stride=1, dilation=1, padding=0):
    """Slide a kernel over an input with channels.

    Args:
        x: `(batch, *size, channels)`, with one to three axes of space.
        kernel: `(*kernel size, channels, outputs)`.
        stride: step of the kernel along each axis.
        dilation: distance of the kernel's elements along each axis.
        padding: zeros at either end of each axis.

    Returns: `(batch, *output size, outputs)`.
    """
    space = range(1, x.ndim - 1)
    sizes = [
        find_output_size(x.shape[axis], kernel.shape[axis - 1], stride, dilation, padding)
        for axis in space
    ]
    x = np.pad(x, [(0, 0), *[(padding, padding)] * len(space), (0, 0)])
    y = np.zeros((len(x), *sizes, kernel.shape[-1]))
    for position in np.ndindex(kernel.shape[: len(space)]):
        seen = tuple(
            slice(dilation * k, dilation * k + stride * (size - 1) + 1, stride)
            for k, size in zip(position, sizes, strict=True)
        )
        y += x[:, *seen] @ kernel[position]  # (batch, *output size, outputs)
    return y


def count_dense_weights(size, units):
    """Return the number of weights of a dense layer, given the shape of its input."""
    return int(np.prod(size)) * units + units


def count_convolution_weights(kernel_size, channels, filters):
    """Return the number of weights of a convolution, whatever the size of its input."""
    return int(np.prod(kernel_size)) * channels * filters + filters

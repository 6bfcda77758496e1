"""Networks from a sinogram to a picture, both of which begin with filtered back-projection."""

import keras
from keras import layers

from models.projection import BackProject, Project
from models.projector import count_detectors

MEMORY = 4  # pictures that an iteration leaves for the next one


def post_processing(size, angles, scale, filters=(32, 64, 128)):
    """Filtered back-projection, and a U-Net that corrects the picture.

    Args:
        size: height and width of a picture.
        angles: number of angles.
        scale: typical largest value of a pixel.
        filters: channels at each resolution.

    Input shape: `(batch, angles, detectors)`.
    Output shape: `(batch, size, size)`.

    Source: K. Jin et al., arXiv:1611.03679.
    """
    inputs = keras.Input((angles, count_detectors(size)), name="sinogram")
    x = layers.Rescaling(1 / scale)(inputs)
    x = BackProject(size, angles)(x)  # (batch, size, size)
    x = layers.Reshape((size, size, 1))(x)
    x = x + unet(x, filters, 1)
    x = layers.Reshape((size, size))(x)
    outputs = layers.Rescaling(scale, name="picture")(x)
    return keras.Model(inputs, outputs, name="post_processing")


def unrolled(size, angles, scale, filters=(16, 32), iterations=4):
    """Iterations of a solver, each with a small U-Net of its own between two projections.

    An iteration projects the picture, compares the result with the sinogram, and back-projects the
    difference, as classical iterations do. A network chooses the step: it sees the picture, the
    back-projected difference, and what the iteration before left in its memory.

    Args:
        size, angles, scale: as for `post_processing`.
        filters: channels of each U-Net at each resolution.
        iterations: number of iterations.

    Input shape: `(batch, angles, detectors)`.
    Output shape: `(batch, size, size)`.

    Source: J. Adler, O. Öktem, arXiv:1704.04058; here each step begins with filtered instead of
    plain back-projection, which needs fewer iterations.
    """
    inputs = keras.Input((angles, count_detectors(size)), name="sinogram")
    sinogram = layers.Rescaling(1 / scale)(inputs)
    project, back_project = Project(size, angles), BackProject(size, angles)
    picture = layers.Reshape((size, size, 1))(back_project(sinogram))
    memory = []
    for _ in range(iterations):
        expected = project(layers.Reshape((size, size))(picture))
        difference = back_project(layers.Subtract()([sinogram, expected]))
        difference = layers.Reshape((size, size, 1))(difference)
        x = layers.Concatenate()([picture, difference, *memory])
        x = unet(x, filters, 1 + MEMORY)
        picture, memory = picture + x[..., :1], [x[..., 1:]]
    x = layers.Reshape((size, size))(picture)
    outputs = layers.Rescaling(scale, name="picture")(x)
    return keras.Model(inputs, outputs, name="unrolled")


def unet(x, filters, channels):
    """U-Net: convolutions at several resolutions, which are added up; it begins as zero.

    Args:
        x: `(batch, size, size, any)`.
        filters: channels at each resolution, each of which is half as fine as the one before.
        channels: channels of the result.

    Source: O. Ronneberger et al., arXiv:1505.04597.
    """
    x = convolve(x, filters[0])
    kept = [x]
    for count in filters[1:]:
        x = layers.Conv2D(count, 2, strides=2, padding="same", activation="relu")(x)
        x = convolve(x, count)  # (batch, size / 2, size / 2, count)
        kept.append(x)
    for count in reversed(filters[:-1]):
        x = layers.Conv2DTranspose(count, 2, strides=2)(convolve(x, x.shape[-1]))
        kept.pop()
        size = kept[-1].shape[1]
        x = convolve(kept[-1] + x[:, :size, :size], count)  # an odd size was rounded up
    return layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros")(x)


def convolve(x, filters):
    return layers.Conv2D(filters, 3, padding="same", activation="relu")(x)

"""The first layers of every network for pictures."""

from keras import layers


def pixels(inputs, max_pixel=255.0, augment=0.0):
    """Scale pixels to 0 to 1, and while training move the pictures a little, so that no two epochs show the same.

    Args:
        inputs: `(batch, height, width, channels)`.
        max_pixel: largest value of a pixel.
        augment: shift pictures by up to this fraction of their size, and turn them by up to a quarter of that fraction
            of a full turn.

    Returns: of the same shape.
    """
    x = layers.Rescaling(1 / max_pixel)(inputs)
    if augment:
        x = layers.RandomTranslation(augment, augment, fill_mode="constant")(x)
        x = layers.RandomRotation(augment / 4, fill_mode="constant")(x)
    return x

"""The first layers of every network for pictures."""

from keras import layers


def preprocess_pixels(inputs, max_pixel=255.0, augment=0.0):
    """Scale pixels to the range from 0 to 1, and move the pictures a little during training.

    Args:
        inputs: `(batch, height, width, channels)`.
        max_pixel: largest possible value of a pixel.
        augment: maximum shift of a picture during training, as a fraction of its size; the maximum
            rotation is a quarter of this fraction of a full turn.

    Returns: a tensor of the same shape.
    """
    x = layers.Rescaling(1 / max_pixel)(inputs)
    if augment:
        x = layers.RandomTranslation(augment, augment, fill_mode="constant")(x)
        x = layers.RandomRotation(augment / 4, fill_mode="constant")(x)
    return x

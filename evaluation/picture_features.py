"""Features of pictures for comparing samples: those of a small classifier of the labels."""

import numpy as np
import pandas as pd

ROWS, EPOCHS, BATCH = 10_000, 8, 64


class PictureFeatures:
    """A CNN fitted to the labels of training pictures, without its last layer.

    Distances of pixels say little about pictures; those of the features that tell the classes apart
    say more. The same seed gives the same network.

    Args:
        pictures: training pictures, `(rows, height, width, channels)`.
        labels: `(rows,)`.
        max_pixel: largest possible value of a pixel.

    Attributes:
        classes: the labels in the order of the probabilities.
    """

    def __init__(self, pictures, labels, max_pixel):
        import keras

        from models.cnn import cnn_classifier

        keras.utils.set_random_seed(0)
        codes, self.classes = pd.factorize(np.asarray(labels), sort=True)
        filters = (16, 32) if min(pictures.shape[1:3]) < 16 else (8, 16, 32)
        shape = pictures.shape[1:], max(3, len(self.classes))  # three: a softmax in any case
        self.model = cnn_classifier(*shape, filters, hidden=(64,), max_pixel=max_pixel)
        self.model.compile("adam", "sparse_categorical_crossentropy")
        self.model.fit(
            pictures[:ROWS].astype("float32"), codes[:ROWS],
            batch_size=BATCH, epochs=EPOCHS, verbose=0,
        )  # fmt: skip
        last = [layer for layer in self.model.layers if hasattr(layer, "units")][-1]
        self.both = keras.Model(self.model.input, [last.input, self.model.output])

    def __call__(self, pictures):
        """Return features, `(rows, 64)`, and the number of the most probable class, `(rows,)`."""
        pictures = np.asarray(pictures, "float32")
        features, probabilities = self.both.predict(pictures, verbose=0, batch_size=512)
        return features.astype("float64"), probabilities.argmax(axis=1)

"""Features of pictures for comparing samples: those of a small classifier of the labels."""

import numpy as np
import pandas as pd

ROWS, EPOCHS, BATCH = 10_000, 8, 64
STEPS = 300  # of training at least, unless the epochs are enough for few rows as well:
ACCURATE = 0.9  # they are at this share of right classes among the validation rows
ERRORS = 2  # standard errors by which the accuracy must exceed the share of the largest class


class PictureFeatures:
    """A CNN fitted to the labels of training pictures, without its last layer.

    Distances of pixels say little about pictures; those of the features that tell the classes apart
    say more. The same seed gives the same network.

    Args:
        train, validation: pairs of pictures, `(rows, height, width, channels)`, and labels,
            `(rows,)`.
        max_pixel: largest possible value of a pixel.

    Attributes:
        classes: the labels in the order of the probabilities.
        accuracy: share of the validation pictures whose class is right.
        largest_class: share of the validation pictures in their largest class.
        is_useful: whether the accuracy is clearly larger than the share of the largest class.
    """

    def __init__(self, train, validation, max_pixel):
        import keras

        from models.cnn import cnn_classifier

        keras.utils.set_random_seed(0)
        pictures = train[0][:ROWS].astype("float32")
        codes, self.classes = pd.factorize(np.asarray(train[1]), sort=True)
        filters = (16, 32) if min(pictures.shape[1:3]) < 16 else (8, 16, 32)
        shape = pictures.shape[1:], max(3, len(self.classes))  # three: a softmax in any case
        self.model = cnn_classifier(*shape, filters, hidden=(64,), max_pixel=max_pixel)
        self.model.compile("adam", "sparse_categorical_crossentropy")
        last = [layer for layer in self.model.layers if hasattr(layer, "units")][-1]
        self.both = keras.Model(self.model.input, [last.input, self.model.output])
        options = {"batch_size": BATCH, "epochs": EPOCHS, "verbose": 0}
        self.model.fit(pictures, codes[:ROWS], **options)
        self.measure(*validation)
        steps, random = EPOCHS * -(-len(pictures) // BATCH), np.random.default_rng(0)
        if self.accuracy < ACCURATE and steps < STEPS:
            for _ in range(STEPS - steps):
                chosen = random.integers(len(pictures), size=BATCH)
                self.model.train_on_batch(pictures[chosen], codes[chosen])
            self.measure(*validation)

    def measure(self, pictures, labels):
        """Measure the accuracy on pictures that the network was not fitted to."""
        labels = np.asarray(labels)
        _, numbers = self(pictures)
        self.accuracy = float(np.mean(self.classes[numbers] == labels))
        counts = np.unique(labels, return_counts=True)[1]
        self.largest_class = float(counts.max() / len(labels))
        error = (self.largest_class * (1 - self.largest_class) / len(labels)) ** 0.5
        self.is_useful = self.accuracy > self.largest_class + ERRORS * error

    def __call__(self, pictures):
        """Return features, `(rows, 64)`, and the number of the most probable class, `(rows,)`."""
        pictures = np.asarray(pictures, "float32")
        features, probabilities = self.both.predict(pictures, verbose=0, batch_size=512)
        return features.astype("float64"), probabilities.argmax(axis=1)

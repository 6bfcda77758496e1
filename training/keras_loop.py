"""`keras.Model.fit` as it is: the twin of `training.loop`, to compare with and to learn from."""

import keras

from training.keras_internals import find_optimisers


class KerasLoop:
    """Trains a compiled model by `keras.Model.fit`; arguments are those of `training.loop.Loop`.

    Attributes:
        position: epoch that comes next, and two zeros: snapshots are taken between epochs.
    """

    within_epochs = False

    def __init__(self, model, batch_size):
        self.model, self.batch_size = model, batch_size
        self.position, self.shuffling = (0, 0, 0), 0

    def fit(self, train, validation, epochs, callbacks):
        names = ("x", "y", "sample_weight")
        history = self.model.fit(
            **dict(zip(names, train, strict=False)),
            validation_data=validation,
            epochs=epochs,
            batch_size=self.batch_size,
            callbacks=[EpochCounter(self), *callbacks],
            verbose=0,
        )
        return history.history

    def evaluate(self, validation):
        names = ("x", "y", "sample_weight")
        rows = dict(zip(names, validation, strict=False))
        return self.model.evaluate(**rows, batch_size=self.batch_size, verbose=0, return_dict=True)

    def state(self):
        found = [v for optimiser in find_optimisers(self.model) for v in optimiser.variables]
        unique = {id(variable): variable for variable in [*self.model.variables, *found]}
        return list(unique.values())

    def restore_position(self, position, shuffling):
        from training.keras_internals import set_initial_epoch

        self.position = position
        set_initial_epoch(self.model, position[0])


class EpochCounter(keras.callbacks.Callback):
    """Keeps the position of a `KerasLoop`."""

    def __init__(self, loop):
        super().__init__()
        self.loop = loop

    def on_epoch_end(self, epoch, logs=None):
        self.loop.position = (epoch + 1, 0, 0)

"""The weights of the smallest distance come back only where a game collapsed."""

import keras
import numpy as np
import pytest

from training.callbacks import RestoreIfWorse


@pytest.mark.parametrize(
    ("distances", "kept", "epochs"),
    [
        ((3.0, 1.0, 2.5), 2, 3),  # noise: the last weights
        ((3.0, 1.0, 4.0), 1, 3),
        ((3.0, 1.0, 4.0, 2.0), 3, 4),  # it recovered
        ((3.0, 1.0, 4.0, 5.0, 6.0, 1.0), 1, 5),  # patience ended
        ((3.0, 1.0, float("nan")), 1, 3),
    ],
)
def test_restoring(distances, kept, epochs, capsys):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    callback = RestoreIfWorse("val_distance", patience=2, factor=3.0)
    callback.set_model(model)
    model.stop_training = False
    callback.on_train_begin()
    for epoch, distance in enumerate(distances):
        model.set_weights([np.full((1, 1), float(epoch))])
        callback.on_epoch_end(epoch, {"val_distance": distance})
        if model.stop_training:
            break
    callback.on_train_end()
    assert epoch + 1 == epochs
    assert model.get_weights()[0].item() == kept
    assert ("are kept" in capsys.readouterr().out) == (kept + 1 < epochs)

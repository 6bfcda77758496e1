"""A game of two networks: weights come back only where it collapsed, and it resumes exactly."""

import keras
import numpy as np
import pytest

from models.gan import GAN
from tests.training.test_snapshots import Interrupt
from training.callbacks import RestoreIfWorse
from training.fit import fit
from training.loop import Loop


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


def play(folder, interrupt_at=None):
    """Train with a snapshot after every call, and return the average's weights."""
    keras.utils.set_random_seed(0)
    model = GAN((2,), 2, hidden=(4,))
    model.discriminator_optimizer = keras.optimizers.Adam(0.01)
    model.compile(keras.optimizers.Adam(0.01))
    rows = np.random.default_rng(0).normal(size=(70, 2)).astype("float32")
    callbacks = [RestoreIfWorse("val_distance", 3), Interrupt(interrupt_at)]
    path = folder / "snapshot.npz"
    found = fit(Loop(model, 16), (rows,), (rows,), 8, callbacks, path, snapshot_seconds=0.0)
    return model.average.get_weights(), found.history


def test_a_game_resumes_to_the_last_bit(tmp_path):
    (tmp_path / "whole").mkdir()
    weights, history = play(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        play(tmp_path, interrupt_at=5)
    resumed, resumed_history = play(tmp_path)
    for expected, found in zip(weights, resumed, strict=True):
        np.testing.assert_array_equal(expected, found)
    assert resumed_history["val_distance"] == history["val_distance"]

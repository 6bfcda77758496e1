"""Snapshots: written when due, restored to the last bit, refused by a different network."""

import json

import keras
import numpy as np
import pytest
from keras import layers

from errors import UserError
from models.dense import dense_regressor
from training.callbacks import Seconds, standard_callbacks
from training.fit import fit
from training.keras_loop import KerasLoop
from training.loop import Loop
from training.snapshots import is_plain, is_weights


def make_rows(count=70):
    random = np.random.default_rng(0)
    x = random.normal(size=(count, 2)).astype("float32")
    return x, x[:, 0] * x[:, 1]


class Interrupt(keras.callbacks.Callback):
    """Ends the process' work in an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self._epoch = epoch  # not part of a snapshot, thanks to its name

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self._epoch:
            raise KeyboardInterrupt


def train(folder, loop=Loop, units=3, epochs=8, interrupt_at=None, patience=8):
    """Train with dropout and momentum, a snapshot after every call."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((2,)), layers.Dense(units), layers.Dropout(0.3), layers.Dense(1)]
    )
    model.compile(keras.optimizers.Adam(0.05), "mean_squared_error", weighted_metrics=["mae"])
    callbacks = [*standard_callbacks(folder, patience, 0.05), Interrupt(interrupt_at)]
    path, rows = folder / "snapshot.npz", make_rows()
    found = fit(loop(model, 16), rows, rows, epochs, callbacks, path, snapshot_seconds=0.0)
    return model.get_weights(), found.history


@pytest.mark.parametrize("interrupt_at", [1, 6])
def test_a_training_resumes_to_the_last_bit(tmp_path, interrupt_at, capsys):
    (tmp_path / "whole").mkdir()
    weights, history = train(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, interrupt_at=interrupt_at)
    capsys.readouterr()
    resumed, resumed_history = train(tmp_path)
    plural = "s" if interrupt_at > 1 else ""
    assert f"Resuming after {interrupt_at} epoch{plural}\n" in capsys.readouterr().out
    assert history.keys() == resumed_history.keys() and len(history["loss"]) == 8
    for name in history.keys() - {"seconds"}:
        assert history[name] == resumed_history[name], name
    for one, other in zip(weights, resumed, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_least_improvement_keeps_its_sign(tmp_path):
    """Keras turns the sign of `min_delta` once in a process: a smaller improvement is none."""
    plateaus = []

    def train_with_plateau(epochs):
        model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
        model.compile(keras.optimizers.Adam(0.05), "mean_squared_error")
        options = {"monitor": "val_loss", "mode": "min", "min_delta": 0.25}
        plateaus.append(keras.callbacks.ReduceLROnPlateau(**options))
        callbacks, path = [Seconds(), plateaus[-1]], tmp_path / "snapshot.npz"
        fit(Loop(model, 16), make_rows(), make_rows(), epochs, callbacks, path)

    train_with_plateau(2)
    train_with_plateau(3)
    train_with_plateau(4)
    assert {plateau.min_delta for plateau in plateaus} == {-0.25}


def test_keras_fit_resumes_after_the_last_epoch(tmp_path, capsys):
    """Its rows come in a different order then: Keras keeps that to itself."""
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, KerasLoop, interrupt_at=6)
    with np.load(tmp_path / "snapshot.npz") as arrays:
        begun = json.loads(str(arrays["state"]))["callbacks"][-1]["history"]
    capsys.readouterr()
    _, history = train(tmp_path, KerasLoop)
    assert "Resuming after 6 epochs\n" in capsys.readouterr().out
    assert len(history["loss"]) == 8 and history["loss"][:6] == begun["loss"]
    assert len(begun["loss"]) == 6 and history["seconds"] == sorted(history["seconds"])
    assert history["loss"][6] < 2 * history["loss"][5]  # it did not begin anew


def test_a_training_that_had_stopped_is_not_continued(tmp_path):
    """Killed after early stopping, before the export: the resumed training exports at once."""
    weights, history = train(tmp_path, epochs=100, patience=1)
    assert len(history["loss"]) < 100
    again, same = train(tmp_path, epochs=100, patience=1)
    assert same["loss"] == history["loss"]
    for one, other in zip(weights, again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_snapshot_of_a_different_network_is_refused_in_one_line(tmp_path):
    train(tmp_path, units=3, epochs=1)
    with pytest.raises(UserError, match="is of a different network .* Give --overwrite"):
        train(tmp_path, units=4, epochs=1)


def test_snapshots_are_taken_when_due_and_by_one_process(tmp_path):
    """The last epoch gets one in any case."""
    from training.snapshots import Snapshots

    written = []
    model = dense_regressor(2, hidden=())
    model.compile(keras.optimizers.Adam(0.05), "mean_squared_error")
    for seconds, writes, expected in ((0.0, True, 6), (1e9, True, 1), (0.0, False, 0)):
        loop = Loop(model, 16)
        snapshots = Snapshots(tmp_path / "snapshot.npz", loop, [], seconds, writes)
        snapshots.write = lambda: written.append(0)
        written.clear()
        loop.fit(make_rows(32), None, 3, [snapshots])
        # With batches of half the rows one call makes an epoch: a snapshot after it, and another.
        assert len(written) == expected


def test_what_a_snapshot_keeps_of_a_callback():
    assert all(map(is_plain, [None, True, 1, 2.5, "a", [1, [2]], {"a": {"b": [1]}}]))
    assert not any(map(is_plain, [np.zeros(2), [np.zeros(2)], object(), {"a": object()}]))
    assert is_weights([np.zeros(2), np.zeros(3)])
    assert not any(map(is_weights, [[], [1, 2], np.zeros(2), None]))

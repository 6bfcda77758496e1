"""The fast loop does what `keras.Model.fit` does: the same weights, the same history, the same callbacks."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from training.fast_model import FastDropout, fast, suits_xla

from models.cnn import cnn_classifier
from models.dense import dense_classifier, dense_regressor

MANY = 10**6  # steps enough for XLA to pay


def compiled(model, learning_rate=0.01):
    model.compile(
        keras.optimizers.Adam(learning_rate), "mean_squared_error", weighted_metrics=["mae"]
    )
    return model


def rows(count):
    random = np.random.default_rng(0)
    x = random.normal(size=(count, 3)).astype("float32")
    return x, x[:, 0] * x[:, 1], random.uniform(0.5, 2, count).astype("float32")


def same_rows(count):
    """Rows whose order cannot matter."""
    x, y, weights = rows(1)
    return np.repeat(x, count, axis=0), np.repeat(y, count), np.repeat(weights, count)


def both(x, y, weights, batch_size, epochs, steps):
    """The same network trained by Keras and by the fast loop: `(weights, history)` of each."""
    network = dense_regressor(3, hidden=(8, 4))
    twin = compiled(fast(network, steps))
    history = compiled(network).fit(
        *(x, y, batch_size, epochs),
        sample_weight=weights,
        validation_data=(x, y, weights),
        verbose=0,
    )
    quick = twin.fit(x, y, weights, (x, y, weights), batch_size, 16, epochs, [], verbose=0)
    return (network.get_weights(), history.history), (twin.get_weights(), quick.history)


@pytest.mark.parametrize(
    ("example", "batch_size"),
    [(rows(64), 64), (same_rows(50), 16)],
    ids=["one batch an epoch", "three batches and a part of one"],
)
@pytest.mark.parametrize("steps", [MANY, 1], ids=["XLA", "TensorFlow"])
def test_weights_and_history_are_those_of_keras(example, batch_size, steps):
    (weights, history), (quick_weights, quick_history) = both(*example, batch_size, 5, steps)
    for one, other in zip(weights, quick_weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)
    assert history.keys() == quick_history.keys()
    for name, values in history.items():
        np.testing.assert_allclose(values, quick_history[name], rtol=1e-3, err_msg=name)


def test_every_row_is_used_once_an_epoch():
    def target(y_true, y_pred):
        return y_true

    twin = fast(dense_regressor(3, hidden=()), MANY)
    twin.compile(keras.optimizers.SGD(0.0), "mean_squared_error", weighted_metrics=[target])
    x, _, weights = rows(70)
    y = np.arange(70, dtype="float32")
    history = twin.fit(
        x, y, np.ones_like(weights), (x, y, weights), 16, 32, 2, [], verbose=0
    ).history
    assert history["target"] == pytest.approx([34.5, 34.5])  # the mean of 0 to 69


def test_a_seed_repeats_the_training_and_another_does_not():
    def trained(seed):
        keras.utils.set_random_seed(seed)
        network = compiled(fast(dense_classifier((3,), 2, hidden=(8,)), MANY))
        x, y, weights = rows(100)
        network.fit(x, y, weights, (x, y, weights), 16, 32, 3, [], verbose=0)
        return network.get_weights()

    for one, other in zip(trained(3), trained(3), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (trained(3)[0] != trained(4)[0]).any()


def test_callbacks_hear_of_batches_and_can_stop_and_set_the_learning_rate(monkeypatch):
    monkeypatch.setattr(
        "training.fast_model.CALL_SECONDS", 0.0
    )  # a step a call, after the first one
    heard = []

    class Listener(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            heard.append((batch, sorted(logs)))
            if self.epoch == 1:
                self.model.stop_training = True

        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch

    network = compiled(fast(dense_regressor(3, hidden=(4,)), MANY), learning_rate=0.0)
    before = network.get_weights()
    x, y, weights = rows(1000)
    history = network.fit(x, y, weights, (x, y, weights), 10, 100, 5, [Listener()], verbose=0)
    assert len(history.epoch) == 2
    assert (
        heard[0] == (15, ["loss", "mae"]) and heard[-1][0] == 0
    )  # the second epoch ended after its first step
    for one, other in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_dropout_is_dropout():
    layer = FastDropout(0.3)

    @tf.function(jit_compile=True)
    def drop(x):
        return layer(x, training=True)

    x = tf.ones((200, 200))
    first, second = drop(x).numpy(), drop(x).numpy()
    assert set(np.unique(first.round(5))) == {0.0, np.float32(1 / 0.7).round(5)}
    assert (first == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert (first != second).any()
    np.testing.assert_array_equal(layer(x, training=False), x)


def test_xla_is_for_dense_networks_and_the_network_itself_stays_plain_keras():
    dense, cnn = dense_classifier((3,), 4), cnn_classifier((8, 8, 1), 3, filters=(2,), units=4)
    assert suits_xla(dense) and not suits_xla(cnn)
    assert any(isinstance(layer, FastDropout) for layer in fast(dense, MANY)._flatten_layers())
    assert not fast(dense, steps=100).xla  # too few to pay for the compilation
    assert not any(isinstance(layer, FastDropout) for layer in dense._flatten_layers())
    assert fast(cnn, MANY, loop="xla").xla and not fast(dense, MANY, loop="graph").xla

"""The fast loop does what `keras.Model.fit` does, and drives models with a step of their own."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops
from scipy import stats

from models.cnn import cnn_classifier
from models.dense import dense_classifier, dense_regressor
from training.callbacks import standard_callbacks
from training.fit import fit
from training.keras_internals import fast_random_numbers
from training.keras_loop import KerasLoop
from training.loop import Loop, choose_loop, suits_xla


def compile_model(model, learning_rate=0.01):
    optimiser = keras.optimizers.Adam(learning_rate)
    model.compile(optimiser, "mean_squared_error", weighted_metrics=["mae"])
    return model


def make_rows(count):
    random = np.random.default_rng(0)
    x = random.normal(size=(count, 3)).astype("float32")
    return x, x[:, 0] * x[:, 1], random.uniform(0.5, 2, count).astype("float32")


def repeat_row(count):
    """Rows whose order cannot matter."""
    x, y, weights = make_rows(1)
    return np.repeat(x, count, axis=0), np.repeat(y, count), np.repeat(weights, count)


@pytest.mark.parametrize(
    ("rows", "batch_size"),
    [(make_rows(64), 64), (repeat_row(50), 16)],
    ids=["one batch an epoch", "three batches and a part of one"],
)
@pytest.mark.parametrize("xla", [True, False], ids=["XLA", "TensorFlow"])
def test_weights_and_history_are_those_of_keras(rows, batch_size, xla):
    network = compile_model(dense_regressor(3, hidden=(8, 4)))
    twin = compile_model(keras.models.clone_model(network))
    twin.set_weights(network.get_weights())
    history = KerasLoop(network, batch_size).fit(rows, rows, 5, [])
    loop = Loop(twin, batch_size, xla)
    loop.evaluate(rows)  # the loss of the initial weights, before the metrics are built
    fast_history = loop.fit(rows, rows, 5, [])
    for one, other in zip(network.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)
    assert history.keys() == fast_history.keys()
    for name, values in history.items():
        np.testing.assert_allclose(values, fast_history[name], rtol=1e-3, err_msg=name)


def test_every_row_is_used_once_an_epoch():
    def target(y_true, y_pred):
        return y_true

    model = dense_regressor(3, hidden=())
    model.compile(keras.optimizers.SGD(0.0), "mean_squared_error", weighted_metrics=[target])
    x, _, weights = make_rows(70)
    rows = x, np.arange(70, dtype="float32"), np.ones_like(weights)
    history = Loop(model, 16, xla=True).fit(rows, rows, 2, [])
    assert history["target"] == pytest.approx([34.5, 34.5])  # the mean of 0 to 69


def test_a_seed_repeats_the_training_and_a_different_one_does_not():
    def train(seed):
        keras.utils.set_random_seed(seed)
        network = compile_model(dense_classifier((3,), 2, hidden=(8,)))
        rows = make_rows(100)
        Loop(network, 16, xla=True).fit(rows, rows, 3, [])
        return network.get_weights()

    for one, other in zip(train(3), train(3), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (train(3)[0] != train(4)[0]).any()


def test_callbacks_hear_of_batches_and_can_stop_the_training(monkeypatch):
    monkeypatch.setattr("training.loop.CALL_SECONDS", 0.0)  # after the first, a step per call
    heard = []

    class Listener(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            heard.append((batch, sorted(logs)))
            if self.epoch == 1:
                self.model.stop_training = True

        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch

    network = compile_model(dense_regressor(3, hidden=(4,)), learning_rate=0.0)
    before, rows = network.get_weights(), make_rows(1000)
    history = Loop(network, 10, xla=True).fit(rows, rows, 5, [Listener()])
    assert len(history["loss"]) == 2
    # The second epoch ended after its first step.
    assert heard[0] == (15, ["loss", "mae"]) and heard[-1][0] == 0
    for one, other in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_dropout_is_dropout():
    layer = layers.Dropout(0.3)

    @tf.function(jit_compile=True)
    def drop(x):
        with fast_random_numbers("threefry"):
            return layer(x, training=True)

    x = tf.ones((200, 200))
    first, second = drop(x).numpy(), drop(x).numpy()
    assert set(np.unique(first.round(5))) == {0.0, np.float32(1 / 0.7).round(5)}
    assert (first == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert (first != second).any()
    np.testing.assert_array_equal(layer(x, training=False), x)


def test_random_numbers_have_their_distribution():
    seed = keras.random.SeedGenerator(0)

    @tf.function(jit_compile=True)
    def draw():
        with fast_random_numbers("threefry"):
            normal = keras.random.normal((100, 200), mean=1.0, stddev=2.0, seed=seed)
            return normal, keras.random.uniform((100, 200), -1, 3, seed=seed)

    (normal, uniform), (later, _) = draw(), draw()
    assert stats.kstest(normal.numpy().ravel(), stats.norm(1, 2).cdf).pvalue > 0.001
    assert stats.kstest(uniform.numpy().ravel(), stats.uniform(-1, 4).cdf).pvalue > 0.001
    assert (normal.numpy() != later.numpy()).all()


def test_devices_drop_different_units():
    def drop(replica):
        keras.utils.set_random_seed(0)
        with fast_random_numbers("auto_select", replica):
            return layers.Dropout(0.5, seed=1)(tf.ones((20, 20)), training=True).numpy()

    assert (drop(0) == drop(0)).all() and (drop(0) != drop(1)).any()


def test_xla_is_for_dense_networks_and_long_trainings():
    dense = compile_model(dense_classifier((3,), 4))
    cnn = compile_model(cnn_classifier((8, 8, 1), 3, filters=(2,), hidden=(4,)))
    assert suits_xla(dense) and not suits_xla(cnn)
    assert choose_loop(dense, "auto", rows=10**6, epochs=1000, batch_size=10).xla
    assert not choose_loop(dense, "auto", rows=100, epochs=10, batch_size=10).xla
    assert not choose_loop(dense, "graph", rows=10**6, epochs=1000, batch_size=10).xla
    assert choose_loop(cnn, "xla", rows=10, epochs=1, batch_size=10).xla


class TwoOptimisers(keras.Model):
    """A generative adversarial network in one dimension: two optimisers, no loss to follow."""

    def __init__(self):
        super().__init__()
        self.generator = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
        hidden = [layers.Dense(16, "relu"), layers.Dropout(0.1), layers.Dense(1)]
        self.critic = keras.Sequential([keras.Input((1,)), *hidden])
        self.generator_optimizer = keras.optimizers.Adam(0.02)
        self.critic_optimizer = keras.optimizers.Adam(0.02)
        self.generator_loss = keras.metrics.Mean(name="generator_loss")
        self.critic_loss = keras.metrics.Mean(name="critic_loss")
        self.noise = keras.random.SeedGenerator(0)
        self.cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)

    def call(self, x):
        return self.generator(x)

    def train_step(self, data):
        (real,) = data
        noise = keras.random.normal(tf.shape(real), seed=self.noise)
        with tf.GradientTape(persistent=True) as tape:
            fake = self.generator(noise)
            judged = self.critic(ops.concatenate([real, fake], axis=0), training=True)
            truth = ops.concatenate([ops.ones_like(real), ops.zeros_like(real)], axis=0)
            critic_loss = self.cross_entropy(truth, judged)
            generator_loss = self.cross_entropy(ops.ones_like(real), self.critic(fake))
        for loss, part, optimiser in (
            (critic_loss, self.critic, self.critic_optimizer),
            (generator_loss, self.generator, self.generator_optimizer),
        ):
            gradients = tape.gradient(loss, part.trainable_variables)
            optimiser.apply_gradients(zip(gradients, part.trainable_variables, strict=True))
        self.critic_loss.update_state(critic_loss)
        self.generator_loss.update_state(generator_loss)
        return {"critic_loss": critic_loss}


def train_two_optimisers(folder, epochs=20, interrupt_at=None, xla=False):
    """Train, perhaps stop the process' work in an epoch; return weights and history."""

    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == interrupt_at:
                raise KeyboardInterrupt

    keras.utils.set_random_seed(0)
    model = TwoOptimisers()
    rows = np.random.default_rng(0).normal(3, 0.5, (250, 1)).astype("float32")
    callbacks = [*standard_callbacks(folder, 5, 0.02, monitor=""), Interrupt()]
    loop, snapshot = Loop(model, 32, xla), folder / "snapshot.npz"
    found = fit(loop, (rows,), None, epochs, callbacks, snapshot, snapshot_seconds=0.0)
    return model, found


@pytest.mark.parametrize("xla", [True, False], ids=["XLA", "TensorFlow"])
def test_a_model_with_two_optimisers_and_no_validation_loss(tmp_path, xla):
    model, found = train_two_optimisers(tmp_path, epochs=60, xla=xla)
    assert set(found.history) == {"critic_loss", "generator_loss", "seconds"}
    assert len(found.history["critic_loss"]) == 60  # no early stopping
    sample = model.generator(np.random.default_rng(1).normal(size=(500, 1)))
    assert float(ops.mean(sample)) == pytest.approx(3, abs=0.6)


def test_a_model_with_two_optimisers_resumes_to_the_last_bit(tmp_path):
    (tmp_path / "whole").mkdir()
    whole, _ = train_two_optimisers(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train_two_optimisers(tmp_path, interrupt_at=7)
    resumed, found = train_two_optimisers(tmp_path)
    assert len(found.history["critic_loss"]) == 20
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_inputs_and_outputs_may_be_nests(tmp_path):
    """Two inputs a row and two named outputs; averages of the weights (EMA) end in the model."""
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    x = layers.Concatenate()([a, b])
    model = keras.Model({"a": a, "b": b}, {"sum": layers.Dense(1)(x), "mean": layers.Dense(1)(x)})
    optimiser = keras.optimizers.Adam(0.05, use_ema=True, ema_momentum=0.9)
    loss = "mean_squared_error"
    model.compile(optimiser, {"sum": loss, "mean": loss})
    random = np.random.default_rng(0)
    inputs = {"a": random.normal(size=(120, 2)), "b": random.normal(size=(120, 3))}
    values = np.concatenate(list(inputs.values()), axis=1)
    targets = {"sum": values.sum(axis=1), "mean": values.mean(axis=1)}
    rows = tf.nest.map_structure(lambda x: x.astype("float32"), (inputs, targets))
    history = Loop(model, 16, xla=True).fit(rows, rows, 60, [])
    assert history["val_loss"][-1] < 0.01 * history["val_loss"][0]
    np.testing.assert_allclose(
        model.predict(inputs, verbose=0)["sum"][:, 0], targets["sum"], atol=0.2
    )

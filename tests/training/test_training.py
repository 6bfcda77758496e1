"""The fit, its callbacks, the warm start of a table's network, and polynomials by least squares."""

import signal
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import ops
from sklearn.linear_model import LinearRegression, LogisticRegression

from errors import Diverged
from evaluation.least_squares import PolynomialFit
from models.dense import dense_classifier, dense_regressor
from models.ensemble import average, ensemble
from models.wide_and_deep import wide_and_deep
from training.callbacks import (
    CosineDecayInTime,
    Seconds,
    StopAfter,
    lecture_callbacks,
    standard_callbacks,
)
from training.cross_validation import cross_validate, leave_out
from training.fit import Fit, fit, standard_error
from training.interrupt import join_endings
from training.linear_start import STRENGTHS, fit_linear_model, set_linear_weights
from training.loop import choose_loop
from training.losses import LOSSES, gaussian_negative_log_likelihood


def make_rows(count=200, classes=False):
    """Rows that can be learned: `(x (rows, 3), y, weights)`, as `train_step` takes them."""
    x = np.random.default_rng(0).normal(size=(count, 3)).astype("float32")
    y = x[:, 0] - x[:, 1] * x[:, 2]
    return x, (y > 0).astype("int32") if classes else y, np.ones(count, "float32")


def train(
    network, folder, rows, validation, loss="mean_squared_error", epochs=3, learning_rate=0.01,
    callbacks=None, loop="auto", **options,
):  # fmt: skip
    """Fit as `tasks.training` does; return the history. `options` are of the callbacks."""
    network.compile(keras.optimizers.Adam(learning_rate), loss)
    loop = choose_loop(network, loop, len(rows[0]), epochs, 32)
    options = {"start_loss": loop.evaluate(validation)["loss"], **options}
    callbacks = callbacks or standard_callbacks(folder, 5, learning_rate, **options)
    found = fit(loop, rows, validation, epochs, callbacks)
    assert isinstance(found, Fit) and found.model is network
    return found.history


def mean_square(network, rows):
    return np.mean((network.predict(rows[0], verbose=0)[:, 0] - rows[1]) ** 2)


def test_the_best_weights_are_kept(tmp_path):
    network, rows = dense_regressor(3, hidden=(8,)), make_rows()
    history = train(network, tmp_path, rows, rows, epochs=8, learning_rate=0.1)
    assert mean_square(network, rows) == pytest.approx(min(history["val_loss"]), rel=1e-4)
    assert (np.diff(history["seconds"]) > 0).all() and "learning_rate" in history


def make_linear_rows(count=200):
    x = make_rows(count)[0]
    return x, x @ np.array([1.0, 2.0, 3.0], "float32"), np.ones(count, "float32")


def test_initial_weights_better_than_every_epoch_are_kept(tmp_path, capsys):
    network, rows = dense_regressor(3, hidden=()), make_linear_rows()
    exact = [np.array([[1.0], [2.0], [3.0]]), np.array([0.0])]
    network.set_weights(exact)
    train(network, tmp_path, rows, rows, learning_rate=0.5)
    np.testing.assert_array_equal(network.get_weights()[0], exact[0])
    assert "before the first epoch: the initial weights are kept" in capsys.readouterr().out


def test_a_warm_start_is_given_up_for_more_than_a_standard_error(tmp_path):
    x, linear, weights = make_linear_rows(400)
    noise = np.random.default_rng(1).normal(size=400).astype("float32")
    for y, leaves in ((linear + noise, False), (linear + 3 * x[:, 0] ** 2, True)):
        network = wide_and_deep(3, {"y": ("linear", 1)}, hidden=(16,), dropout=0.0)
        set_linear_weights(network, "y", *fit_linear_model(x, y, "linear", weights))
        before, rows = network.get_weights(), (x, y, weights)
        margin = standard_error(network, "mean_squared_error", rows)
        train(network, tmp_path, rows, rows, epochs=20, learning_rate=0.003, margin=margin)
        pairs = zip(before, network.get_weights(), strict=True)
        assert any((one != other).any() for one, other in pairs) == leaves


def test_without_a_loss_to_follow_all_epochs_are_trained_and_the_last_weights_kept(tmp_path):
    network, rows = dense_regressor(3, hidden=(8,)), make_rows()
    callbacks = standard_callbacks(tmp_path, 1, 0.1, monitor="")
    network.compile(keras.optimizers.Adam(0.1), "mean_squared_error")
    loop = choose_loop(network, "auto", 200, 9, 32)
    found = fit(loop, rows, None, 9, callbacks)
    assert len(found.history["loss"]) == 9 and "val_loss" not in found.history
    assert found.failure == ""


def test_a_different_loss_can_be_followed(tmp_path):
    network, rows = dense_regressor(3, hidden=(8,)), make_rows()
    callbacks = standard_callbacks(tmp_path, 2, 0.1, monitor="loss")
    network.compile(keras.optimizers.Adam(0.1), "mean_squared_error")
    found = fit(choose_loop(network, "auto", 200, 30, 32), rows, None, 30, callbacks)
    best = np.argmin(found.history["loss"])
    assert len(found.history["loss"]) == best + 3 or len(found.history["loss"]) == 30


def test_the_standard_error_is_that_of_the_rows():
    network = dense_regressor(3, hidden=())
    network.set_weights([np.zeros((3, 1)), np.zeros(1)])
    x, y = make_rows(50)[0], np.arange(50, dtype="float32")
    error = standard_error(network, "mean_squared_error", (x, y, np.ones(50, "float32")))
    assert error == pytest.approx(np.std(y**2) / 50**0.5, rel=1e-5)


def test_the_standard_error_of_several_targets_is_that_of_their_sum():
    network = wide_and_deep(3, {"a": ("linear", 1), "b": ("linear", 1)}, hidden=(2,))
    network.set_weights([np.zeros(w.shape) for w in network.get_weights()])
    x, y, ones = make_rows(50)[0], np.arange(50, dtype="float32"), np.ones(50, "float32")
    rows = x, {"a": y, "b": 2 * y}, {"a": ones, "b": 3 * ones}
    losses = dict.fromkeys("ab", "mean_squared_error")
    expected = np.std(y**2 + 3 * (2 * y) ** 2) / 50**0.5
    assert standard_error(network, losses, rows) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("kind", "size"), [("linear", 1), ("sigmoid", 2), ("softmax", 3)])
@pytest.mark.parametrize("members", [1, 2])
def test_the_standard_error_of_every_head_alone_and_in_an_ensemble(kind, size, members):
    networks = [wide_and_deep(3, {"y": (kind, size)}, hidden=(4,)) for _ in range(members)]
    x, y, weights = make_rows(60)
    y = y if kind == "linear" else (np.arange(60) % size).astype("int32")
    network, validation = networks[0], (x, y, weights)
    if members > 1:
        network = ensemble(networks)
        _, (_, (y,), (weights,)) = cross_validate((x, [y], [weights]), leave_out(60, members, 0))
        validation = (x, y, weights)
    network.compile(loss=LOSSES[kind])
    error = standard_error(network, LOSSES[kind], validation)
    loss = network.evaluate(x, y, sample_weight=validation[2], verbose=0)
    assert 0 < error < 3 * loss  # of the mean of 60 rows, so of the loss' own size or less


def test_the_learning_rate_has_a_floor(tmp_path):
    network = dense_regressor(3, hidden=(4,))
    x, _, weights = make_rows()
    rows = x, np.random.default_rng(1).normal(size=200), weights
    callbacks = [
        c
        for c in standard_callbacks(tmp_path, 3, 0.01)
        if not isinstance(c, keras.callbacks.EarlyStopping)
    ]
    history = train(network, tmp_path, rows, rows, epochs=40, callbacks=callbacks)
    rates = history["learning_rate"]
    assert rates[-1] < 0.01 and min(rates) >= 0.999e-5


def test_the_lectures_callbacks_keep_their_literal_settings(tmp_path):
    kinds = {type(callback).__name__: callback for callback in lecture_callbacks(tmp_path)}
    assert (kinds["ReduceLROnPlateau"].factor, kinds["ReduceLROnPlateau"].patience) == (0.1, 2)
    assert (
        kinds["ReduceLROnPlateau"].min_lr == 0 and not kinds["EarlyStopping"].restore_best_weights
    )


def test_a_loss_that_is_nan_from_the_beginning_is_an_error(tmp_path):
    rows = make_rows()
    rows[1][0] = np.nan
    with pytest.raises(Diverged, match="the loss became NaN in epoch 1.*nothing was exported"):
        train(dense_regressor(3, hidden=(4,)), tmp_path, rows, make_rows())


class Explode(keras.callbacks.Callback):
    """From the third epoch on, steps are too large for any number."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            self.model.optimizer.learning_rate = 1e38


def test_the_best_weights_before_a_divergence_are_kept(tmp_path):
    network, rows = dense_regressor(3, hidden=(8,), activation="relu"), make_rows()
    callbacks = [*standard_callbacks(tmp_path, 5, 0.01), Explode()]
    network.compile(keras.optimizers.Adam(0.01), "mean_squared_error")
    found = fit(choose_loop(network, "auto", 200, 9, 32), rows, rows, 9, callbacks)
    epochs = len(found.history["loss"])
    assert epochs < 9 and np.isnan(found.history["loss"][-1])
    assert found.failure.startswith(f"the loss became NaN in epoch {epochs}: try a smaller")
    best = np.nanmin(found.history["val_loss"])
    assert mean_square(network, rows) == pytest.approx(best, rel=1e-4)


def test_last_weights_that_diverged_are_not_kept(tmp_path):
    network, rows = dense_regressor(3, hidden=(8,), activation="relu"), make_rows()
    callbacks = [*lecture_callbacks(tmp_path), Explode()]
    with pytest.raises(Diverged, match="nothing was exported"):
        train(network, tmp_path, rows, rows, epochs=9, callbacks=callbacks)


@pytest.mark.parametrize("loop", ["auto", "keras"])
def test_an_interrupt_ends_the_training_as_if_it_were_finished(tmp_path, loop, capsys):
    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                signal.raise_signal(signal.SIGINT)

    usual = signal.getsignal(signal.SIGINT)
    callbacks = [*standard_callbacks(tmp_path, 5, 0.01), Interrupt()]
    network, rows = dense_regressor(3), make_rows()
    network.compile(keras.optimizers.Adam(0.01), "mean_squared_error")
    found = fit(choose_loop(network, loop, 200, 9, 32), rows, rows, 9, callbacks)
    assert len(found.history["loss"]) == 3
    assert found.ending == "Interrupted in epoch 3 of 9: what was trained until then is exported"
    assert "best weights so far will be exported" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is usual


def test_an_interrupt_is_said_before_what_else_there_is():
    model = keras.Model()
    assert join_endings(model, "The loss fell", "Half is zero") == "Half is zero"
    model.is_interrupted = True
    assert join_endings(model, "Interrupted", "Half is zero") == "Interrupted. Half is zero"
    assert join_endings(model, "Interrupted", "") == "Interrupted"


def test_a_second_interrupt_stops_at_once(tmp_path):
    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    usual = signal.getsignal(signal.SIGINT)
    callbacks = [*standard_callbacks(tmp_path, 5, 0.01), Interrupt()]
    try:
        with pytest.raises(KeyboardInterrupt):
            train(dense_regressor(3), tmp_path, make_rows(), make_rows(), callbacks=callbacks)
    finally:
        signal.signal(signal.SIGINT, usual)


@pytest.mark.parametrize("passed", [0.0, 3.0])
def test_a_training_stops_after_a_time(monkeypatch, passed):
    """The time before an interruption counts as well."""
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    callback = StopAfter(5.0)
    callback.set_model(SimpleNamespace(stop_training=False))
    callback.seconds_passed = passed
    callback.on_train_begin()
    for _ in range(3):
        assert not callback.model.stop_training
        clock[0] += (5.5 - passed) / 3
        callback.on_train_batch_end(0)
    assert callback.model.stop_training


def test_the_learning_rate_falls_with_time(monkeypatch):
    """A cosine: all of it at the start, half of it at half time, nothing at the end."""
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    callback = CosineDecayInTime(8.0, 0.1)
    optimizer = SimpleNamespace(learning_rate=0.1)
    callback.set_model(SimpleNamespace(stop_training=False, optimizer=optimizer))
    callback.on_train_begin()
    for passed, share in ((0, 1), (2, 0.853553), (4, 0.5), (8.5, 0)):
        clock[0] = float(passed)
        callback.on_train_batch_end(0)
        assert optimizer.learning_rate == pytest.approx(0.1 * share, abs=1e-6)
    assert callback.model.stop_training


def test_keras_evaluate_agrees_with_scores_of_predictions():
    from sklearn.metrics import accuracy_score, log_loss

    x, y, _ = make_rows(130, classes=True)  # the last batch is not full
    network = dense_classifier((3,), 2, hidden=(4,))
    network.compile(loss="binary_crossentropy", metrics=["accuracy"])
    loss, accuracy = network.evaluate(x, y, batch_size=32, verbose=0)
    p = network.predict(x, verbose=0)[:, 0].astype("float64")
    assert loss == pytest.approx(log_loss(y, p), rel=1e-4)
    assert accuracy == pytest.approx(accuracy_score(y, p > 0.5))


@pytest.mark.parametrize("shape", [(5, 1), (5,), (5, 3, 1)])
def test_gaussian_likelihood(shape):
    from scipy.stats import norm

    random = np.random.default_rng(0)
    true = random.normal(size=shape)
    mean = random.normal(size=shape if shape == (5,) else shape[:-1])
    std = random.uniform(0.5, 2, size=mean.shape)
    loss = gaussian_negative_log_likelihood(
        ops.convert_to_tensor(true), ops.convert_to_tensor(np.stack([mean, std], -1))
    )
    np.testing.assert_allclose(loss, -norm(mean, std).logpdf(true.reshape(mean.shape)), rtol=1e-5)


@pytest.mark.parametrize(("kind", "size"), [("linear", 1), ("sigmoid", 2), ("softmax", 3)])
def test_a_wide_and_deep_network_starts_as_the_linear_model(kind, size):
    x, y, weights = make_rows(300)
    if kind != "linear":
        y = (y > 0).astype("int32") if size == 2 else np.digitize(y, [-0.5, 0.5])
    network = wide_and_deep(3, {"y": (kind, size)}, hidden=(4,))
    set_linear_weights(network, "y", *fit_linear_model(x, y, kind, weights))
    answers = network.predict(x, verbose=0)
    if kind == "linear":
        expected = LinearRegression().fit(x, y).predict(x)
        np.testing.assert_allclose(answers[:, 0], expected, atol=1e-4)
    else:
        references = [LogisticRegression(C=c).fit(x, y).predict_proba(x) for c in STRENGTHS]
        differences = [
            np.abs(answers - (p[:, 1:] if kind == "sigmoid" else p)).max() for p in references
        ]
        assert min(differences) < 1e-4


def test_every_row_is_left_out_once_and_weights_make_means():
    out = leave_out(20, 4, seed=0)
    assert (out.sum(axis=1) == 1).all() and (out.sum(axis=0) == 5).all()
    x, y, weights = make_rows(20)
    (_, (targets,), (train,)), (_, _, (validation,)) = cross_validate((x, [y], [weights]), out)
    assert targets.shape == (20, 4, 1)
    np.testing.assert_allclose([train.mean(), validation.mean()], 1, rtol=1e-6)
    assert not (train * validation).any()


def test_an_ensemble_learns_from_its_own_rows_only(tmp_path):
    """Rows that a member leaves out may hold nonsense: its answer is the same."""
    answers = []
    for nonsense in (0.0, 1000.0):
        keras.utils.set_random_seed(0)
        heads = {"y": ("linear", 1)}
        network = ensemble([wide_and_deep(3, heads, (4,), dropout=0.0) for _ in range(2)])
        x, y, weights = make_rows(64)
        out = np.zeros((64, 2), bool)
        out[:32, 0], out[32:, 1] = True, True
        parts = cross_validate((x, [y + nonsense * out[:, 0]], [weights]), out)
        rows, validation = ((x, y, w) for x, (y,), (w,) in parts)
        train(network, tmp_path, rows, validation, epochs=1, callbacks=[Seconds()])
        answers.append(network.predict(x, verbose=0)[:, 0, 0])
    np.testing.assert_allclose(*answers, rtol=1e-5)


def test_an_average_of_gaussians_is_their_mixture():
    inputs = keras.Input((2, 2))
    mixture = average(keras.Model(inputs, ops.multiply(inputs, 1.0)), {"y": "gaussian"})
    # Means 0 and 4, both with standard deviation 1.
    answer = mixture(np.array([[[0.0, 1.0], [4.0, 1.0]]]))
    np.testing.assert_allclose(answer, [[2.0, (1 + 4) ** 0.5]], rtol=1e-6)


def test_an_average_of_several_targets_has_their_names():
    heads = {"class": ("softmax", 3), "number": ("linear", 1)}
    members = [wide_and_deep(2, heads, (4,)) for _ in range(3)]
    network = average(ensemble(members), {name: kind for name, (kind, _) in heads.items()})
    x = make_rows(5)[0][:, :2]
    answers = network.predict(x, verbose=0)
    assert {name: values.shape for name, values in answers.items()} == {
        "class": (5, 3),
        "number": (5, 1),
    }
    for name, values in answers.items():
        each = [member.predict(x, verbose=0)[name] for member in members]
        np.testing.assert_allclose(values, np.mean(each, axis=0), rtol=1e-5)


def test_least_squares_gives_back_a_polynomial_and_its_closed_form():
    random = np.random.default_rng(0)
    x = random.uniform(-1, 2, (500, 1))
    y = 2 * x[:, 0] ** 3 - 3 * x[:, 0] ** 2 - x[:, 0]
    np.testing.assert_allclose(PolynomialFit(x, y, 3).coefficients(), [0, -1, -3, 2], atol=1e-12)
    noisy = y + random.normal(0, 0.3, 500)
    powers = np.vander(x[:, 0], 4, increasing=True)
    normal_equations = np.linalg.solve(powers.T @ powers, powers.T @ noisy)
    np.testing.assert_allclose(
        PolynomialFit(x, noisy, 3).coefficients(), normal_equations, rtol=1e-9
    )


def test_least_squares_in_two_variables():
    x = np.random.default_rng(0).uniform(-3, 3, (200, 2))
    fit = PolynomialFit(x, x[:, 0] ** 2 * x[:, 1] - 1, 3)
    np.testing.assert_allclose(fit(np.array([[2.0, 5.0]])), [19.0], rtol=1e-9)


@pytest.mark.parametrize(
    "losses, epochs, ends",
    [
        (np.linspace(1, 0.1, 50), 50, True),
        ([*np.linspace(1, 0.1, 25), *np.full(25, 0.2)], 50, False),  # best long before the end
        (np.linspace(1, 0.1, 30), 50, False),  # stopped early
        (np.linspace(1, 0.9999, 50), 50, False),  # hardly falls
        (np.linspace(-1, -1.5, 50), 50, True),
        ([1.0, 0.7, 0.5], 3, True),
        ([1.0, 0.5, 0.7], 3, False),
        ([1.0, 0.5], 2, False),  # too few to tell
        ([], 50, False),
    ],
)
def test_a_loss_that_still_falls_at_the_last_epoch_is_reported(losses, epochs, ends):
    from tasks.training import describe_end

    text = describe_end(list(losses), epochs)
    hint = f"The validation loss was still falling at the end: try --epochs {4 * epochs}"
    assert text == (hint if ends else "")

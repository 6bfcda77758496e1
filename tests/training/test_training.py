"""The fit, its callbacks, the start of a table's network, and polynomials by least squares."""

import signal

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
from training.callbacks import lecture_callbacks, standard_callbacks
from training.cross_validation import cross_validated, left_out
from training.fit import fit, standard_error
from training.linear_start import STRENGTHS, linear_model, linear_start
from training.losses import LOSSES, gaussian_negative_log_likelihood


def rows(count=200, classes=False):
    """A learnable example: `(inputs (rows, 3), [targets], [weights])`."""
    x = np.random.default_rng(0).normal(size=(count, 3)).astype("float32")
    y = x[:, 0] - x[:, 1] * x[:, 2]
    return x, [(y > 0).astype("int32") if classes else y], [np.ones(count, "float32")]


def fitted(
    network,
    folder,
    train,
    validation,
    loss="mean_squared_error",
    epochs=3,
    learning_rate=0.01,
    callbacks=None,
    **more,
):
    callbacks = standard_callbacks(folder, 5, learning_rate) if callbacks is None else callbacks
    options = {"epochs": epochs, "batch_size": 32, "learning_rate": learning_rate, **more}
    return fit(
        network, train, validation, loss=[loss], metrics=[[]], callbacks=callbacks, **options
    )


def test_the_best_weights_are_kept(tmp_path):
    network = dense_regressor(3, hidden=(8,))
    example = rows()
    history = fitted(network, tmp_path, example, example, epochs=8, learning_rate=0.1)
    x, (y,), _ = example
    assert np.mean((network.predict(x, verbose=0)[:, 0] - y) ** 2) == pytest.approx(
        min(history["val_loss"]), rel=1e-4
    )
    assert (np.diff(history["seconds"]) > 0).all() and "learning_rate" in history


def test_a_start_better_than_every_epoch_is_kept(tmp_path):
    network = dense_regressor(3, hidden=())
    x = rows()[0]
    example = (x, [x @ np.array([1.0, 2.0, 3.0], "float32")], [np.ones(len(x), "float32")])
    exact = [np.array([[1.0], [2.0], [3.0]]), np.array([0.0])]
    network.set_weights(exact)
    fitted(network, tmp_path, example, example, learning_rate=0.5)
    np.testing.assert_array_equal(network.get_weights()[0], exact[0])


def test_a_trusted_start_is_left_for_more_than_a_standard_error(tmp_path):
    x = rows(400)[0]
    linear = x @ np.array([1.0, 2.0, 3.0], "float32")
    noise = np.random.default_rng(1).normal(size=400).astype("float32")
    for y, leaves in ((linear + noise, False), (linear + 3 * x[:, 0] ** 2, True)):
        network = wide_and_deep(3, [("linear", 1)], hidden=(16,), dropout=0.0)
        weights = np.ones(400, "float32")
        linear_start(network, 0, *linear_model(x, y, "linear", weights))
        before = network.get_weights()
        example = (x, [y], [weights])
        fitted(
            network, tmp_path, example, example, epochs=20, learning_rate=0.003, trusted_start=True
        )
        assert (
            any(
                (one != other).any()
                for one, other in zip(before, network.get_weights(), strict=True)
            )
            == leaves
        )


def test_the_standard_error_is_that_of_the_rows():
    network = dense_regressor(3, hidden=())
    network.set_weights([np.zeros((3, 1)), np.zeros(1)])
    x = rows(50)[0]
    y = np.arange(50, dtype="float32")
    error = standard_error(network, ["mean_squared_error"], (x, y, np.ones(50, "float32")))
    assert error == pytest.approx(np.std(y**2) / 50**0.5, rel=1e-5)


@pytest.mark.parametrize(("kind", "size"), [("linear", 1), ("sigmoid", 2), ("softmax", 3)])
@pytest.mark.parametrize("members", [1, 2])
def test_the_standard_error_of_every_head_alone_and_in_an_ensemble(kind, size, members):
    networks = [wide_and_deep(3, [(kind, size)], hidden=(4,)) for _ in range(members)]
    x, (y,), weights = rows(60)
    y = y if kind == "linear" else (np.arange(60) % size).astype("int32")
    network, validation = networks[0], (x, y, weights[0])
    if members > 1:
        network = ensemble(networks)
        _, (_, (y,), weights) = cross_validated((x, [y], weights), left_out(60, members, 0))
        validation = (x, y, weights[0])
    network.compile(loss=LOSSES[kind])
    error = standard_error(network, [LOSSES[kind]], validation)
    loss = network.evaluate(x, y, sample_weight=validation[2], verbose=0)
    assert 0 < error < 3 * loss  # of the mean of 60 rows, so of the loss' own size or less


def test_the_learning_rate_has_a_floor(tmp_path):
    network = dense_regressor(3, hidden=(4,))
    noise = np.random.default_rng(1).normal(size=200)
    example = (rows()[0], [noise], rows()[2])
    callbacks = [
        c
        for c in standard_callbacks(tmp_path, 3, 0.01)
        if not isinstance(c, keras.callbacks.EarlyStopping)
    ]
    rates = fitted(network, tmp_path, example, example, epochs=40, callbacks=callbacks)[
        "learning_rate"
    ]
    assert rates[-1] < 0.01 and min(rates) >= 0.999e-5


def test_the_lectures_callbacks_keep_their_literal_settings(tmp_path):
    kinds = {type(callback).__name__: callback for callback in lecture_callbacks(tmp_path)}
    assert (kinds["ReduceLROnPlateau"].factor, kinds["ReduceLROnPlateau"].patience) == (0.1, 2)
    assert (
        kinds["ReduceLROnPlateau"].min_lr == 0 and not kinds["EarlyStopping"].restore_best_weights
    )


def test_a_loss_that_is_no_number_is_an_error(tmp_path):
    example = rows()
    example[1][0][0] = np.nan
    with pytest.raises(Diverged, match="epoch 1.*nothing was exported"):
        fitted(dense_regressor(3, hidden=(4,)), tmp_path, example, rows())


class Explode(keras.callbacks.Callback):
    """From the third epoch on, steps are too large for any number."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            self.model.optimizer.learning_rate = 1e38


def test_the_best_weights_before_a_divergence_are_kept(tmp_path):
    network, example = dense_regressor(3, hidden=(8,), activation="relu"), rows()
    callbacks = [*standard_callbacks(tmp_path, 5, 0.01), Explode()]
    history = fitted(network, tmp_path, example, example, epochs=9, callbacks=callbacks)
    assert len(history["loss"]) < 9 and np.isnan(history["loss"][-1])
    x, (y,), _ = example
    best = np.nanmin(history["val_loss"])
    assert np.mean((network.predict(x, verbose=0)[:, 0] - y) ** 2) == pytest.approx(best, rel=1e-4)


def test_last_weights_that_diverged_are_not_kept(tmp_path):
    callbacks = [*lecture_callbacks(tmp_path), Explode()]
    with pytest.raises(Diverged, match="nothing was exported"):
        fitted(
            dense_regressor(3, hidden=(8,), activation="relu"),
            tmp_path,
            rows(),
            rows(),
            epochs=9,
            callbacks=callbacks,
        )


@pytest.mark.parametrize("loop", ["auto", "keras"])
def test_an_interrupt_ends_the_training_as_if_it_were_finished(tmp_path, loop, capsys):
    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                signal.raise_signal(signal.SIGINT)

    usual = signal.getsignal(signal.SIGINT)
    callbacks = [*standard_callbacks(tmp_path, 5, 0.01), Interrupt()]
    history = fitted(
        dense_regressor(3), tmp_path, rows(), rows(), epochs=9, callbacks=callbacks, loop=loop
    )
    assert len(history["loss"]) == 3
    assert "best weights so far will be exported" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is usual


def test_a_second_interrupt_stops_at_once(tmp_path):
    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    usual = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(KeyboardInterrupt):
            fitted(
                dense_regressor(3),
                tmp_path,
                rows(),
                rows(),
                callbacks=[*standard_callbacks(tmp_path, 5, 0.01), Interrupt()],
            )
    finally:
        signal.signal(signal.SIGINT, usual)


def test_keras_evaluate_agrees_with_scores_of_predictions():
    from sklearn.metrics import accuracy_score, log_loss

    x, (y,), _ = rows(130, classes=True)  # the last batch is not full
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


@pytest.mark.parametrize("kind", ["linear", "sigmoid", "softmax"])
def test_a_wide_and_deep_network_starts_as_the_linear_model(kind):
    x, (y,), (weights,) = rows(300)
    y = {"linear": y, "sigmoid": (y > 0).astype("int32"), "softmax": np.digitize(y, [-0.5, 0.5])}[
        kind
    ]
    network = (
        wide_and_deep(3, [(kind, 3)], hidden=(4,))
        if kind == "softmax"
        else wide_and_deep(3, [(kind, 1)], hidden=(4,))
    )
    linear_start(network, 0, *linear_model(x, y, kind, weights))
    answers = network.predict(x, verbose=0)
    if kind == "linear":
        np.testing.assert_allclose(
            answers[:, 0], LinearRegression().fit(x, y).predict(x), atol=1e-4
        )
    else:
        references = [
            LogisticRegression(C=strength).fit(x, y).predict_proba(x) for strength in STRENGTHS
        ]
        differences = [
            np.abs(answers - (p[:, 1:] if kind == "sigmoid" else p)).max() for p in references
        ]
        assert min(differences) < 1e-4


def test_every_row_is_left_out_once_and_weights_make_means():
    out = left_out(20, 4, seed=0)
    assert (out.sum(axis=1) == 1).all() and (out.sum(axis=0) == 5).all()
    x, y, weights = rows(20)
    (_, (targets,), (train,)), (_, _, (validation,)) = cross_validated((x, y, weights), out)
    assert targets.shape == (20, 4, 1)
    np.testing.assert_allclose([train.mean(), validation.mean()], 1, rtol=1e-6)
    assert not (train * validation).any()


def test_an_ensemble_learns_from_its_own_rows_only(tmp_path):
    """Rows that a member leaves out may hold nonsense: its answer is the same."""
    answers = []
    for nonsense in (0.0, 1000.0):
        keras.utils.set_random_seed(0)
        network = ensemble([wide_and_deep(3, [("linear", 1)], (4,), dropout=0.0) for _ in range(2)])
        x, (y,), weights = rows(64)
        out = np.zeros((64, 2), bool)
        out[:32, 0], out[32:, 1] = True, True
        train, validation = cross_validated((x, [y + nonsense * out[:, 0]], weights), out)
        fitted(network, tmp_path, train, validation, epochs=1, callbacks=[])
        answers.append(network.predict(x, verbose=0)[:, 0, 0])
    np.testing.assert_allclose(*answers, rtol=1e-5)


def test_an_average_of_gaussians_is_their_mixture():
    inputs = keras.Input((2, 2))
    mixture = average(keras.Model(inputs, ops.multiply(inputs, 1.0)), ["gaussian"])
    answer = mixture(
        np.array([[[0.0, 1.0], [4.0, 1.0]]])
    )  # means 0 and 4, both with standard deviation 1
    np.testing.assert_allclose(answer, [[2.0, (1 + 4) ** 0.5]], rtol=1e-6)


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

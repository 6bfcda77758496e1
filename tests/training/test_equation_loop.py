"""The training of an equation under Keras' callbacks: history, points, phases, and its end."""

import signal

import keras
import numpy as np
import pytest
import tensorflow as tf

from equations.equation import Equation
from errors import Diverged
from tests.training.small_equations import DECAY, HEAT, INVERSE, TIMES, Scripted, solve
from training.adam import Adam
from training.callbacks import StopAfter, standard_callbacks
from training.equation_loop import Phase
from training.levenberg_marquardt import LevenbergMarquardt
from training.quasi_newton import LBFGS, SelfScaledBroyden
from training.snapshots import is_plain


def test_the_callbacks_are_called(tmp_path):
    _, course = solve(DECAY, tmp_path, [Phase(LevenbergMarquardt(), 3, 2, "never")])
    epochs = [word for n in range(3) for word in (f"begin {n}", "step", "step", f"end {n}")]
    assert course.events == ["train begin", *epochs, "train end"]
    assert course.iterations == [1, 2, 3, 4, 5, 6]


def test_iterations_of_adam_are_counted_one_by_one(tmp_path):
    weights = 6 * 2 + 6 + 1
    phases = [
        Phase(Adam(weights, steps=7), 2, 3, "never"),
        Phase(LevenbergMarquardt(), 1, 2, "never"),
    ]
    solved, course = solve(DECAY, tmp_path, phases)
    assert solved.history["iteration"] == [21, 42, 44] and solved.history["phase"] == [0, 0, 1]
    assert course.iterations == [7, 14, 21, 28, 35, 42, 43, 44]
    # What one optimiser says alone is a column, too.
    assert np.isnan(solved.history["learning_rate"]).tolist() == [False, False, True]
    assert np.isnan(solved.history["damping"]).tolist() == [True, True, False]


def test_the_columns_of_the_history(tmp_path):
    table = {"t": TIMES, "y": np.exp(-1.3 * TIMES)}
    solved, _ = solve(INVERSE, tmp_path, [Phase(LevenbergMarquardt(), 4, 3, "never")], table=table)
    assert set(solved.history) == {
        *(
            "iteration",
            "phase",
            "loss",
            "val_loss",
            "seconds",
            "damping",
            "constant k",
            "standard_error k",
            "degrees of freedom",
        ),
        *("term y' = -k*y", "term y measured", "weight y' = -k*y", "weight y measured"),
    }
    history = {name: np.array(values) for name, values in solved.history.items()}
    assert all(len(values) == 4 for values in history.values())
    np.testing.assert_allclose(
        history["term y' = -k*y"] + history["term y measured"], history["loss"], rtol=1e-12
    )
    assert (history["weight y measured"] == 100).all() and (np.diff(history["seconds"]) > 0).all()
    assert history["constant k"][-1] == solved.constants["k"]["value"]


@pytest.mark.parametrize(
    ("optimiser", "epochs", "steps"),
    [
        (lambda size: LevenbergMarquardt(), 4, 5),
        (SelfScaledBroyden, 2, 60),
        (LBFGS, 2, 60),
        (lambda size: Adam(size, 0.02, steps=500), 2, 4),
    ],
    ids=["Levenberg-Marquardt", "SSBroyden", "L-BFGS", "Adam"],
)
def test_every_optimiser_solves(tmp_path, optimiser, epochs, steps):
    solved, _ = solve(DECAY, tmp_path, [Phase(optimiser(6 * 2 + 6 + 1), epochs, steps, "auto")])
    t = np.linspace(0, 1, 50)
    assert solved.history["loss"][-1] < 1e-4
    np.testing.assert_allclose(solved.system.model(t[:, None])[:, 0], np.exp(-2 * t), atol=2e-3)


def test_the_best_weights_are_kept(tmp_path):
    """The third epoch has the weights with which the validation loss is smallest."""
    factors = [1.5, 3.0, 0.7, 4.0, 2.0, 0.9]
    solved, course = solve(DECAY, tmp_path, [Phase(Scripted(factors), 6, 1, "never")])
    losses = solved.history["val_loss"]
    best = int(np.argmin(losses))
    assert losses[best] < min(losses[:best] + losses[best + 1 :])
    assert 0 <= best < 5  # not the last
    np.testing.assert_array_equal(solved.system.get_weights(), course.weights[best])


def test_the_best_constants_are_kept_with_them(tmp_path):
    table = {"t": TIMES, "y": np.exp(-1.3 * TIMES)}
    factors = [1.234567890123456, 2.0, 5.0]  # float32 would lose nine digits
    solved, course = solve(
        INVERSE, tmp_path, [Phase(Scripted(factors), 3, 1, "never")], table=table
    )
    best = int(np.argmin(solved.history["val_loss"]))
    assert best < 2
    np.testing.assert_array_equal(solved.system.get_weights(), course.weights[best])
    assert (
        solved.constants["k"]["value"] == 0.5 * factors[best] == solved.system.constants.numpy()[0]
    )


def test_patience_ends_the_training(tmp_path):
    factors = [0.9, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]
    callbacks = standard_callbacks(tmp_path, 2, None)
    solved, course = solve(
        DECAY, tmp_path, [Phase(Scripted(factors), 7, 1, "never")], callbacks=callbacks
    )
    best = int(np.argmin(solved.history["val_loss"]))
    assert len(solved.history["loss"]) == best + 1 + 2 < 7
    np.testing.assert_array_equal(solved.system.get_weights(), course.weights[best])


def test_constants_are_found(tmp_path):
    """The solution of y' = -k y is measured without noise."""
    table = {"t": TIMES, "y": np.exp(-1.3 * TIMES)}
    solved, _ = solve(
        INVERSE, tmp_path, [Phase(LevenbergMarquardt(), 12, 5, "never")], table=table, hidden=(10,)
    )
    assert solved.constants["k"]["value"] == pytest.approx(1.3, abs=1e-6)
    assert solved.constants["k"]["standard_error"] < 1e-6


def test_the_standard_error_covers_what_noise_does(tmp_path):
    """The true constant is within three standard errors, which have the size of the deviations."""
    deviations, errors = [], []
    for seed in range(10):
        noise = 0.05 * np.random.default_rng(seed).standard_normal(30)
        table = {"t": TIMES, "y": np.exp(-1.3 * TIMES) + noise}
        solved, _ = solve(
            INVERSE, tmp_path, [Phase(LevenbergMarquardt(), 3, 5, "never")], table=table, weight=1.0
        )
        deviations.append(solved.constants["k"]["value"] - 1.3)
        errors.append(solved.constants["k"]["standard_error"])
    assert (np.abs(deviations) < 3 * np.array(errors)).all()
    assert 0.5 < np.std(deviations) / np.mean(errors) < 2


# Phases


def test_marching_takes_in_the_time_part_by_part(tmp_path):
    optimiser = LevenbergMarquardt()
    phases = [
        Phase(optimiser, 30, 2, "never", horizon=horizon, loss_fraction=1e-4)
        for horizon in (0.25, 0.5)
    ]
    solved, course = solve(HEAT, tmp_path, [*phases, Phase(optimiser, 3, 2, "never")], hidden=(8,))
    history = {name: np.array(values) for name, values in solved.history.items()}
    assert set(history["phase"]) == {0, 1, 2} and (np.diff(history["phase"]) >= 0).all()
    for phase, horizon in enumerate((0.25, 0.5, 1.0)):
        of_phase = np.flatnonzero(history["phase"] == phase)
        for epoch in of_phase:
            t = course.points[epoch][0][0][:, 1]
            assert 0.9 * 2 * horizon < t.max() <= 2 * horizon
        losses = history["loss"][of_phase]
        if phase < 2:
            assert np.isnan(history["val_loss"][of_phase]).all()
            assert len(losses) < 30  # it was over before
            assert losses[-1] < losses[0] and (losses[:-1] > losses[-1]).all()
    assert np.isfinite(history["val_loss"][history["phase"] == 2]).all()


def test_a_phase_begins_with_the_weights_of_the_one_before(tmp_path):
    phases = [Phase(LevenbergMarquardt(), 1, 5, "never"), Phase(Scripted([1.0]), 1, 1, "never")]
    _, course = solve(DECAY, tmp_path, phases)
    np.testing.assert_array_equal(course.weights[0], course.weights[1])


def test_a_march_that_is_broken_off_keeps_its_last_weights(tmp_path):
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 1

    phases = [
        Phase(LevenbergMarquardt(), 9, 2, "never", horizon=0.5),
        Phase(LevenbergMarquardt(), 9, 2, "never"),
    ]
    callbacks = [*standard_callbacks(tmp_path, 1000, None), Stop()]
    solved, course = solve(HEAT, tmp_path, phases, callbacks=callbacks)
    assert len(solved.history["loss"]) == 2
    np.testing.assert_array_equal(solved.system.get_weights(), course.weights[1])
    assert (course.weights[0] != course.weights[1]).any()


# Points


def moved(course, term=0):
    """The part of a term's points that are others after an epoch, epoch by epoch."""
    sets = [{tuple(x) for x in points[term][0]} for points in course.points]
    return [len(new - old) / len(new) for old, new in zip(sets, sets[1:], strict=False)]


@pytest.mark.parametrize(("resample", "part"), [("never", 0.0), ("always", 0.5)])
def test_resampling(tmp_path, resample, part):
    optimiser = Scripted([1.0] * 4)
    _, course = solve(HEAT, tmp_path, [Phase(optimiser, 4, 1, resample)], choice="soft")
    assert moved(course) == [part] * 3 and moved(course, 1) == [part] * 3
    assert optimiser.resampled == (3 if part else 0)


def test_points_are_resampled_if_the_network_overfits(tmp_path):
    few, many = (
        solve(
            DECAY,
            tmp_path,
            [Phase(LevenbergMarquardt(), 8, 5, "auto")],
            points=points,
            hidden=(12,),
        )[0:2]
        for points in (6, 400)
    )
    history = few[0].history
    overfitted = [
        val >= 1.5 * loss for val, loss in zip(history["val_loss"], history["loss"], strict=True)
    ]
    assert any(overfitted[:-1])
    assert [part > 0 for part in moved(few[1])] == overfitted[:-1]
    history = many[0].history
    assert history["val_loss"][0] < 1.5 * history["loss"][0] and moved(many[1])[0] == 0


def test_measured_points_stay(tmp_path):
    table = {"t": TIMES, "y": np.exp(-1.3 * TIMES)}
    _, course = solve(INVERSE, tmp_path, [Phase(Scripted([1.0] * 3), 3, 1, "always")], table=table)
    assert moved(course, 0) == [0.5, 0.5] and moved(course, 1) == [0, 0]


def test_the_seed_decides_about_the_points(tmp_path):
    one, same, other = (
        solve(DECAY, tmp_path, [Phase(LevenbergMarquardt(), 2, 2, "always")], seed=seed)[0].history
        for seed in (3, 3, 4)
    )
    assert one["loss"] == same["loss"] and one["val_loss"] == same["val_loss"]
    assert one["loss"] != other["loss"]


def test_points_of_the_validation_are_none_of_the_training(tmp_path):
    solved, course = solve(DECAY, tmp_path, [Phase(Scripted([1.0] * 3), 3, 1, "always")])
    assert len(set(solved.history["loss"])) == 3  # other points, another loss
    assert len(set(solved.history["val_loss"])) == 1
    assert set(solved.history["val_loss"]).isdisjoint(solved.history["loss"])


# The end


def test_the_time_is_limited(tmp_path):
    for seconds, epochs in ((1e-9, 1), (1e9, 3)):
        callbacks = [
            *standard_callbacks(tmp_path, 1000, None),
            *([StopAfter(seconds)] if seconds else []),
        ]
        solved, course = solve(
            DECAY, tmp_path, [Phase(LevenbergMarquardt(), 3, 4, "never")], callbacks=callbacks
        )
        assert len(solved.history["loss"]) == epochs
        assert course.events.count("step") == (1 if epochs == 1 else 12)


def test_an_interrupt_is_said(tmp_path):
    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                signal.raise_signal(signal.SIGINT)

    callbacks = [*standard_callbacks(tmp_path, 1000, None), Interrupt()]
    phases = [Phase(LevenbergMarquardt(), 3, 2, "never")]
    solved, _ = solve(DECAY, tmp_path, phases, callbacks=callbacks)
    assert solved.ending.startswith("Interrupted in epoch 2 of 3")


def test_the_time_before_an_interruption_counts_and_the_pause_does_not():
    stopped = []
    for passed in (0.0, 1e6):
        callback = StopAfter(1000.0)
        callback.set_model(keras.Model())
        callback.model.stop_training = False
        callback.on_train_begin()
        kept = {
            name: value
            for name, value in vars(callback).items()
            if is_plain(value) and name[0] != "_"
        }
        vars(callback).update(kept | {"seconds_passed": passed})  # as Snapshots restores it
        callback.on_train_batch_end(1)
        stopped.append(callback.model.stop_training)
    assert stopped == [False, True]
    assert set(kept) - {"params"} == {
        "seconds_allowed",
        "seconds_passed",
    }  # no time of a clock that has gone on


@pytest.mark.parametrize(
    "residual", ["y' = log(t - 2)", "y' = exp(900 + t)*y", "y' = sqrt(y - 10)"]
)
def test_a_residual_that_is_no_number_at_first_is_a_line(tmp_path, residual):
    equation = Equation([residual], {"t": (0, 1)}, ["y(0) = 1"])
    with pytest.raises(Diverged) as error:
        solve(equation, tmp_path, [Phase(LevenbergMarquardt(), 3, 2, "never")])
    assert (
        residual in str(error.value)
        and "nothing was exported" in str(error.value)
        and "\n" not in str(error.value)
    )


def test_a_training_that_diverges_later_keeps_the_best_weights(tmp_path):
    factors = [1.0, 1.1, 0.9, 1e200, 1.0]
    solved, course = solve(DECAY, tmp_path, [Phase(Scripted(factors), 5, 1, "never")])
    assert solved.failure == 'the residual of "y\' = -2*y" became NaN in iteration 4'
    assert len(solved.history["loss"]) == 4
    best = int(np.nanargmin(solved.history["val_loss"][:3]))
    np.testing.assert_array_equal(solved.system.get_weights(), course.weights[best])


def test_a_training_that_goes_well_has_no_failure(tmp_path):
    solved, _ = solve(DECAY, tmp_path, [Phase(LevenbergMarquardt(), 2, 2, "never")])
    assert solved.failure == "" and solved.points.shape == (60, 1) and solved.constants == {}
    assert float(tf.reduce_max(solved.system.model(np.zeros((1, 1))))) == 1  # y(0) = 1 is built in

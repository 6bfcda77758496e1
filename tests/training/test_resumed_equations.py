"""Interrupted at any step, a training resumes and ends with the same weights to the last bit."""

import signal

import keras
import numpy as np
import pytest

from tests.training.small_equations import HEAT, INVERSE, TIMES, solve
from training.adam import Adam
from training.callbacks import standard_callbacks
from training.equation_loop import Phase
from training.levenberg_marquardt import LevenbergMarquardt
from training.quasi_newton import LBFGS, SelfScaledBroyden

WEIGHTS = 2 * 4 + 4 + 4 + 1
TABLE = {"t": TIMES, "y": np.exp(-1.3 * TIMES)}
NOISY = TABLE | {"y": TABLE["y"] + 0.1 * np.random.default_rng(0).standard_normal(30)}


def one_after_another():
    """Return phases with all optimisers and two time windows, of which the first may end early."""
    return [
        Phase(Adam(WEIGHTS, steps=5), 2, 2, "always"),
        Phase(LBFGS(WEIGHTS, memory=3), 5, 2, "always", horizon=0.5, loss_fraction=0.1),
        Phase(SelfScaledBroyden(WEIGHTS), 3, 3, "always"),
    ]


CASES = {
    "Levenberg-Marquardt": (
        lambda: [Phase(LevenbergMarquardt(), 4, 3, "auto")],
        {"equation": HEAT, "points": 12},
    ),
    "one after another": (one_after_another, {"equation": HEAT}),
    "constants and adapted weights": (
        lambda: [Phase(LevenbergMarquardt(), 4, 3, "always", balance=True)],
        {"equation": INVERSE, "table": TABLE},
    ),
    "measurements whose weight is lowered": (
        lambda: [Phase(LevenbergMarquardt(), 12, 3, "auto")],
        {"equation": INVERSE, "table": NOISY, "weigh_measurements": {}},
    ),
}


class BrokenOff(Exception):
    pass


class Break(keras.callbacks.Callback):
    """Breaks off at a step or at the beginning of an epoch; every step has left a snapshot."""

    def __init__(self, what, number):
        super().__init__()
        self.what, self.left = what, number + 1

    def on_train_batch_end(self, batch, logs=None):
        self.count("step")

    def on_epoch_begin(self, epoch, logs=None):
        self.count("epoch")

    def count(self, what):
        self.left -= what == self.what
        if not self.left:
            raise BrokenOff


@pytest.fixture(autouse=True)
def usual_interrupts():
    """What is broken off does not give Ctrl-C back."""
    usual = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, usual)


@pytest.mark.parametrize("name", CASES)
def test_a_training_broken_off_at_any_step_goes_on(tmp_path, name):
    make, options = CASES[name]
    options = {"hidden": (4,)} | options
    whole, course = solve(folder=tmp_path, phases=make(), **options)
    steps, epochs = course.events.count("step"), len(whole.history["loss"])
    random = np.random.default_rng(0)
    moments = [("step", step) for step in random.choice(np.arange(1, steps), 2, replace=False)]
    moments += [("epoch", epoch) for epoch in random.choice(np.arange(1, epochs), 1)]
    for number, moment in enumerate(moments):
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises(BrokenOff):
            callbacks = [*standard_callbacks(folder, 1000, None), Break(*moment)]
            snapshot = folder / "snapshot.npz"
            solve(folder=folder, phases=make(), snapshot=snapshot, callbacks=callbacks, **options)
        # The callbacks are the same ones, so that the snapshot has the state of each.
        callbacks = [*standard_callbacks(folder, 1000, None), keras.callbacks.Callback()]
        resumed, _ = solve(
            folder=folder, phases=make(), snapshot=snapshot, callbacks=callbacks, **options
        )
        np.testing.assert_array_equal(
            resumed.system.get_weights(), whole.system.get_weights(), err_msg=str(moment)
        )
        assert resumed.history.keys() == whole.history.keys()
        for column in whole.history.keys() - {"seconds"}:
            np.testing.assert_array_equal(
                resumed.history[column], whole.history[column], err_msg=f"{moment} {column}"
            )
        np.testing.assert_array_equal(resumed.points, whole.points)
        assert resumed.constants == whole.constants

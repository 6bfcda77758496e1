"""A training stops at the tolerance, and the true error then is near it."""

import numpy as np
import pytest

from equations.equation import Equation
from tests.training.small_equations import DECAY, solve
from training.equation_loop import Phase
from training.levenberg_marquardt import LevenbergMarquardt

BEAM = Equation(["u''''=1"], {"x": (0, 1)}, ["u(0)=0", "u'(0)=0", "u(1)=0", "u'(1)=0"])
GAUSS = Equation(["y'=-2*x*y"], {"x": (0, 2)}, ["y(0)=1"])
AIRY = Equation(["u''=x*u"], {"x": (-3, 1)}, ["u(-3)=0", "u(1)=1"])


def airy(x):
    from scipy.special import airy

    (a, _, b, _), (a0, _, b0, _), (a1, _, b1, _) = airy(x), airy(-3), airy(1)
    return (a * b0 - b * a0) / (a1 * b0 - b1 * a0)


CASES = {
    "decay": (DECAY, lambda t: np.exp(-2 * t)),
    "beam": (BEAM, lambda x: (x * (1 - x)) ** 2 / 24),
    "gauss": (GAUSS, lambda x: np.exp(-(x**2))),
    "airy": (AIRY, airy),
}


@pytest.mark.parametrize("tolerance", [1e-3, 1e-5])
@pytest.mark.parametrize("name", CASES)
def test_the_error_is_near_the_tolerance(tmp_path, capsys, name, tolerance):
    equation, truth = CASES[name]
    phases = [Phase(LevenbergMarquardt(), 200, 1, "never")]
    solved, _ = solve(equation, tmp_path, phases, hidden=(12,), tolerance=tolerance)
    assert len(solved.history["loss"]) < 200
    assert f"Stopped: the estimated error is below {tolerance:g}" in capsys.readouterr().out
    x = np.linspace(*equation.domain[solved.system.coordinates[0]], 200)
    found, true = solved.system.model(x[:, None]).numpy()[:, 0], truth(x)
    assert np.linalg.norm(found - true) < 3 * tolerance * np.linalg.norm(true)


def test_without_a_tolerance_all_epochs_are_trained(tmp_path):
    phases = [Phase(LevenbergMarquardt(), 12, 5, "never")]
    assert len(solve(DECAY, tmp_path, phases)[0].history["loss"]) == 12


def test_only_the_last_phase_may_reach_it(tmp_path):
    optimiser = LevenbergMarquardt()
    phases = [Phase(optimiser, 6, 5, "never", horizon=0.5), Phase(optimiser, 6, 5, "never")]
    solved, _ = solve(DECAY, tmp_path, phases, tolerance=1e-2)
    assert solved.history["phase"] == [0] * 6 + [1]

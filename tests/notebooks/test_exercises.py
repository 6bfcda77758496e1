"""The exercises of the lectures: right and wrong answers, computed here from first principles."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from notebooks.exercises import EXERCISES, check

PROJECT = Path(__file__).parents[2]


def apply_softmax_cross_entropy(z):
    """Return the cross-entropy of the first class."""
    return -z[0] + math.log(sum(map(math.exp, z)))


def expect_best_of(models, draws=100_000):
    return np.random.default_rng(0).normal(size=(draws, models)).max(axis=1).mean()


def count_weights(*widths):
    return sum((below + 1) * units for below, units in zip(widths, widths[1:], strict=False))


def integrate_oscillation(end, steps=2000):
    """Solve u'' + 0.4 u' + 4 u = 0, u(0) = 1, u'(0) = 0 by the midpoint method."""

    def slope(u, v):
        return np.array([v, -0.4 * v - 4 * u])

    state, step = np.array([1.0, 0.0]), end / steps
    for _ in range(steps):
        state = state + step * slope(*(state + step / 2 * slope(*state)))
    return state[0]


def spread_heat(seconds, points=100, steps=4000):
    """Return what is left of sin(pi x) in the middle, u_t = 0.1 u_xx, by finite differences."""
    u = np.sin(np.pi * np.linspace(0, 1, points + 1))
    for _ in range(steps):
        u[1:-1] += 0.1 * seconds / steps * np.diff(u, 2) * points**2
    return u[points // 2]


def answers():
    """Return `{exercise: right answer}`."""
    h, x = 1e-6, np.linspace(-1, 1, 100_001)
    line = np.polyval(np.polyfit(x, x**2, 1), x)
    variances = np.linalg.eigvalsh(np.cov(load_digits().data.T))[::-1]
    conv = math.floor((28 - 5) / 2) + 1 - 2
    gaussian = math.exp(-0.5 * ((3 - 2) / 0.5) ** 2) / (0.5 * math.sqrt(2 * math.pi))
    truth = ["healthy"] * 100 + ["ill"] * 10
    called = ["healthy"] * 90 + ["ill"] * 10 + ["healthy"] * 4 + ["ill"] * 6
    z = 1.0, 3.0
    shifted = [apply_softmax_cross_entropy((z[0] + d, z[1])) for d in (h, -h)]
    rates = np.linspace(-5, 5, 100_001)
    logistic = 1 / (1 + np.exp(-rates))
    kernels = 16 * 64 + 64 * 32 + 32 * 32 + 32 * 5
    return {
        "1a": (shifted[0] - shifted[1]) / (2 * h),
        "1b": np.gradient(logistic, rates).max() ** 10,
        "2a": count_weights(1, 64, 64, 1),
        "2b": np.sqrt(np.mean((x**2 - line) ** 2)),
        "3a": conv * conv * 32,
        "3b": 3 * 3 * 16 * 32 + 32,
        "4a": 0.5 / math.sqrt(400) * expect_best_of(20),
        "4b": -math.log(gaussian),
        "5a": integrate_oscillation(3.0),
        "5b": spread_heat(1.0),
        "6a": 2 * 4**3 - 3 * 4**2 - 4,
        "6b": math.log(2) / 0.2 / 3**2,
        "7a": variances[:2].sum() / variances.sum(),
        "7b": roc_auc_score([0] * 4 + [1] * 3, [1, 2, 3, 4, 2.5, 3.5, 5]),
        "8a": -math.log2(1 / 3),
        "8b": len([start for start in range(120) if start + 24 + 12 <= 120]),
        "9a": count_weights(16, 64, 32, 32, 5) - 0.75 * kernels,
        "9b": min(np.arange(-32, 32) / 8, key=lambda number: abs(number - 1.3)),
        "10a": np.std([1] * 95 + [0] * 5) / math.sqrt(100),
        "10b": balanced_accuracy_score(truth, called),
    }


@pytest.fixture(scope="module")
def right():
    return answers()


def test_every_exercise_is_answered(right):
    assert set(right) == set(EXERCISES)


@pytest.mark.parametrize("number", EXERCISES)
def test_right_and_wrong_answers(number, right, capsys):
    check(number, right[number])
    assert capsys.readouterr().out == f"Exercise {number}: right.\n"
    for wrong in (1.1 * right[number], -right[number], right[number] + 1, 0):
        check(number, wrong)
        printed = capsys.readouterr().out
        assert printed == f"Exercise {number}: not right yet. {EXERCISES[number].hint}\n"
    check(number, None)
    assert capsys.readouterr().out == f"Exercise {number}: not answered yet.\n"


@pytest.mark.parametrize("answer", ["0.9", [1, 2], math.nan, True])
def test_answers_that_are_no_numbers(answer, capsys):
    check("1a", answer)
    printed = capsys.readouterr().out
    assert printed.startswith("Exercise 1a: ") and "right.\n" not in printed


def test_a_rounded_answer_is_right(right, capsys):
    for number, answer in right.items():
        check(number, float(f"{answer:.{EXERCISES[number].digits}g}"))
    assert capsys.readouterr().out.count("right.\n") == len(right)


def test_the_answers_are_nowhere_to_be_read(right):
    """Neither the exercises nor the lectures contain them as numbers."""
    hints = [exercise.hint for exercise in EXERCISES.values()]
    for number, answer in right.items():
        text = f"{answer:.{EXERCISES[number].digits}g}"
        assert not any(text in re.findall(r"[\d.e+-]+", hint) for hint in hints)

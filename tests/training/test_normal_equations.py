"""A fit whose Jacobian is taken in blocks is the fit with the whole of it."""

import numpy as np
import pytest
from small_equations import HEAT, INVERSE, TIMES, solve

from training.equation_loop import Phase
from training.levenberg_marquardt import LevenbergMarquardt
from training.normal_equations import NormalEquations


def fit(equation, folder, **options):
    return solve(equation, folder, [Phase(LevenbergMarquardt(), 2, 2, "never")], **options)


def test_in_blocks_as_at_once(tmp_path, monkeypatch):
    whole, at_once = fit(HEAT, tmp_path, choice="soft")
    monkeypatch.setattr("equations.jacobian.BLOCK", 1000)  # of 120 rows times 25 weights
    solved, in_blocks = fit(HEAT, tmp_path, choice="soft")
    batch = solved.system.prepare([([x], np.zeros((len(x), 0))) for (x,) in in_blocks.points[-1]])
    assert len(solved.system.split_batch(batch)) == 3
    weights = solved.system.get_weights()
    normal = NormalEquations(solved.system, weights, batch)
    monkeypatch.undo()
    expected = NormalEquations(solved.system, weights, batch)
    np.testing.assert_allclose(normal.gradient, expected.gradient, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(
        np.tril(normal.matrix), np.tril(expected.matrix), rtol=1e-8, atol=1e-12
    )
    np.testing.assert_allclose(in_blocks.weights[0], at_once.weights[0], rtol=1e-6)
    assert solved.history["loss"][-1] == pytest.approx(whole.history["loss"][-1], rel=1e-5)
    assert solved.history["loss"][-1] < solved.history["loss"][0]


def test_the_constants_errors_in_blocks(tmp_path, monkeypatch):
    table = {
        "t": TIMES,
        "y": np.exp(-2 * TIMES) + 0.01 * np.random.default_rng(0).standard_normal(30),
    }
    whole, _ = fit(INVERSE, tmp_path, table=table)
    monkeypatch.setattr("equations.jacobian.BLOCK", 500)
    solved, _ = fit(INVERSE, tmp_path, table=table)
    assert solved.constants["k"]["standard_error"] == pytest.approx(
        whole.constants["k"]["standard_error"], rel=1e-4
    )

"""Errors of steps and rollouts, by hand and of the law itself."""

import numpy as np
import pytest

from datasets.bodies import LAWS
from datasets.trajectories import load_motion
from evaluation.motion import score_rollout, score_step, summarise
from evaluation.motion_baselines import LAW, MLP, fit_motion_baselines


@pytest.fixture(scope="module")
def data():
    return load_motion("", "gravity", 20, 3, 0.05, 60, 0)


@pytest.fixture(scope="module")
def baselines(data):
    return fit_motion_baselines(data, LAWS["gravity"])


def first(motion, steps):
    return {n: x[:, 0] if x.ndim > 2 else x for n, x in motion.items()} | {"steps": steps}


def test_errors_of_a_step(data, baselines):
    motion = data.test.inputs
    errors = {n: score_step(b.endpoints["step"], motion) for n, b in baselines.items()}
    assert errors["straight motion"]["velocities"] == pytest.approx(1)
    assert max(errors[LAW].values()) < 1e-12
    seen = score_step(baselines[MLP].endpoints["step"], data.train.inputs)["velocities"]
    assert 0.01 < seen < 0.9 and seen < errors[MLP]["velocities"]
    x, v = motion["positions"], motion["velocities"]
    missed = x[:, 1:] - x[:, :-1] - 0.05 * v[:, :-1]
    expected = np.linalg.norm(missed) / np.linalg.norm(np.diff(x, axis=1))
    assert errors["straight motion"]["positions"] == pytest.approx(expected)


def test_errors_of_a_rollout(data, baselines):
    motion = data.test.inputs
    law = baselines[LAW].endpoints["rollout"](first(motion, 60))
    np.testing.assert_allclose(law["positions"], motion["positions"], atol=1e-10)
    found = summarise(score_rollout(law, motion, LAWS["gravity"]))
    assert found["position error"] < 1e-10 and found["momentum error"] < 1e-12
    assert 0 < found["energy error"] < 0.2
    straight = baselines["straight motion"].endpoints["rollout"](first(motion, 60))
    found = score_rollout(straight, motion, LAWS["gravity"])
    x, v = motion["positions"], motion["velocities"]
    away = np.linalg.norm(x[:, 0] + 3 * v[:, 0] - x[:, -1], axis=-1).mean(axis=-1)
    np.testing.assert_allclose(found["position error"][:, -1], away)
    np.testing.assert_allclose(found["momentum error"], 0, atol=1e-12)
    assert "energy error" not in score_rollout(straight, motion, None)


def test_a_rollout_that_explodes_has_a_score(data):
    motion = data.test.inputs
    path = {name: motion[name].copy() for name in ("positions", "velocities")}
    path["positions"][:, 30:], path["velocities"][:, 30:] = np.nan, np.inf
    for values in score_rollout(path, motion, LAWS["gravity"]).values():
        assert not np.isnan(values).any()

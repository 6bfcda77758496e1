"""Neural ODEs: a training, its scores beside simpler methods, its endpoints, and own tables."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import train
from datasets.dataset import Split
from errors import UserError
from evaluation.rollouts import estimate_first_states
from runs.run import Run
from tests.checks import answer_alone, check_experiment

PICTURES = ("history", "beyond-training", "flow-errors")


@pytest.fixture(scope="module")
def spirals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("neural-ode") / "saved_models"
    words = ("--trajectories", 20, "--hidden", 8, "--epochs", 4, "--piece", 10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        patch.setattr("evaluation.dynamics_baselines.EPOCHS", 2)
        patch.setattr("training.shooting.compile_by_xla", tf.function)
        yield check_experiment(
            "neural-ode", folder, *words, endpoints=("serve", "rollout"), pictures=PICTURES
        )


def test_its_scores(spirals):
    _, metrics = spirals
    scores = metrics["splits"]["test"]["scores"]
    assert scores["network"]["MSE"] < 0.01
    assert scores["network"]["MSE"] < 0.2 * scores["LSTM"]["MSE"]
    assert set(scores) == {"network", "polynomials, degree 3", "LSTM"}
    assert metrics["headline"]["value"] == scores["network"]["MSE"]


def test_its_endpoints_alone(spirals, tmp_path):
    """A rollout is near the flow, and a rollout from its middle goes on as it does."""
    folder, _ = spirals
    x, y = np.array([0.5, 0.2]), np.array([0.4, 0.6])
    times = np.array([0.0, 0.7, 2.0, 2.5])
    path = answer_alone(folder, {"x": x, "y": y, "times": times}, tmp_path, "rollout")
    middle = {"x": path["x"][:, 1], "y": path["y"][:, 1], "times": times[1:]}
    found = Run(folder).predict(middle, "rollout")
    np.testing.assert_allclose(found["x"], path["x"][:, 1:], atol=1e-4)
    slopes = Run(folder).predict({"x": x, "y": y})
    np.testing.assert_allclose(slopes["x_t"], y / (1 + y), atol=0.1)
    np.testing.assert_allclose(slopes["y_t"], -x / (1 + x), atol=0.1)


def test_a_table_with_an_unobserved_number(saved_models, tmp_path, monkeypatch):
    """The position of an oscillator at irregular times, from one long trajectory."""
    monkeypatch.setattr("evaluation.dynamics_baselines.EPOCHS", 1)
    monkeypatch.setattr("training.shooting.compile_by_xla", tf.function)
    t = np.cumsum(np.random.default_rng(0).uniform(0.1, 0.3, 100))
    pd.DataFrame({"seconds": t, "x": np.sin(t)}).to_csv(tmp_path / "a.csv", index=False)
    words = ("--data", tmp_path / "a.csv", "--time", "seconds", "--unobserved", 1, "--hidden", 5,
             "--epochs", 3, "--piece", 10, "--method", "dormand-prince")  # fmt: skip
    folder, metrics = check_experiment("neural-ode", saved_models, *words, pictures=PICTURES)
    assert np.isfinite(metrics["splits"]["test"]["scores"]["network"]["RMSE"])
    assert list(Run(folder).config["endpoints"]["serve"]) == ["x", "unobserved_1"]


def test_the_first_value_of_an_unobserved_number_is_found():
    """The velocity of an oscillator whose position alone is known, which decides its path."""
    times = np.linspace(0, 3, 30)
    phases = np.array([0.3, 2.0])
    states = np.stack([np.sin(times + phases[:, None]), np.zeros((2, 30))], axis=-1)
    test = Split({"times": np.stack([times, times]), "states": states}, {})
    data = SimpleNamespace(test=test, context={"observed": np.array([True, False])})

    def rollout(inputs):
        x, v, t = inputs["x"][:, None], inputs["v"][:, None], inputs["times"]
        return {"x": x * np.cos(t) + v * np.sin(t), "v": v * np.cos(t) - x * np.sin(t)}

    found = estimate_first_states(rollout, data, ["x", "v"])
    np.testing.assert_allclose(found, np.stack([np.sin(phases), np.cos(phases)], axis=1), atol=1e-6)


def test_mistakes(saved_models):
    with pytest.raises(UserError, match="--unobserved must be a number from 0 to 20"):
        train.main(["neural-ode", "--unobserved", "21"])

"""Hamiltonian networks: a training, its scores, its endpoints, its formula, and friction."""

import json

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import evaluate
import train
from errors import UserError
from runs.run import Run
from tests.checks import answer_alone, check_experiment

TINY = ("--hidden", 6, "--epochs", 3, "--piece", 10)  # a single phase, to compile less
PICTURES = ("history", "energy", "phase-paths")


@pytest.fixture(scope="module")
def spring(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hamiltonian") / "saved_models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        patch.setattr("training.shooting.compile_by_xla", tf.function)
        yield check_experiment(
            "hamiltonian", folder, "--system", "spring", *TINY,
            endpoints=("serve", "rollout", "energy"), pictures=(*PICTURES, "learned-energy"),
        )  # fmt: skip


def test_its_scores(spring):
    _, metrics = spring
    scores = metrics["splits"]["test"]["scores"]
    assert scores["network"]["energy MSE"] < 1e-3
    assert scores["true law, same method"]["energy MSE"] < 1e-10
    assert scores["true law, same method"]["RMSE"] < 1e-5
    assert metrics["headline"]["value"] == scores["network"]["energy MSE"]
    assert metrics["headline"]["method"] == "plain network" and metrics["horizon"] == 20


def test_a_spring_needs_no_network(spring):
    folder, _ = spring
    network = keras.models.load_model(folder / "model.keras")
    assert not network.get_layer("potential").get_weights()[0].any()
    assert network.get_layer("springs").get_weights()[0].item() > 0


def test_its_endpoints_alone(spring, tmp_path):
    """The rollout keeps the learned energy, and its derivatives are those of the energy."""
    folder, _ = spring
    q, p = np.array([0.5, -0.3]), np.array([0.1, 0.6])
    times = np.array([0.0, 0.1, 1.0, 7.0])
    path = answer_alone(folder, {"q": q, "p": p, "times": times}, tmp_path, "rollout")
    assert path["q"].shape == (2, 4)
    np.testing.assert_array_equal(path["q"][:, 0], q)
    run = Run(folder)
    flat = {name: path[name].ravel() for name in "qp"}
    energy = run.predict(flat, "energy")["energy"].reshape(2, 4)
    np.testing.assert_allclose(energy, energy[:, :1].repeat(4, 1), atol=1e-5)
    np.testing.assert_allclose(energy[:, 0], q**2 + p**2, atol=0.1)
    slopes, step = run.predict({"q": q, "p": p}), 1e-5
    more, less = (run.predict({"q": q, "p": p + s}, "energy")["energy"] for s in (step, -step))
    np.testing.assert_allclose(slopes["q_t"], (more - less) / (2 * step), rtol=1e-6)
    more, less = (run.predict({"q": q + s, "p": p}, "energy")["energy"] for s in (step, -step))
    np.testing.assert_allclose(slopes["p_t"], (less - more) / (2 * step), rtol=1e-6)


def test_its_formula(spring, saved_models):
    folder, _ = spring
    words = ["--seconds", "3", "--operators", "add", "mul", "square", "--complexity", "9"]
    train.main(["distil", "--from", str(folder), *words])
    checks = pd.read_csv(saved_models / "distil" / "checks.csv")
    np.testing.assert_allclose(checks["truth"], checks["q"] ** 2 + checks["p"] ** 2, atol=1e-9)
    front = pd.read_csv(saved_models / "distil" / "front.csv", keep_default_na=False)
    chosen = front.loc[front["chosen"] == "yes", "formula"].iloc[0]
    q, p = np.random.default_rng(0).uniform(-0.6, 0.6, (2, 50))
    from symbolic.formula import compile_function, parse

    found = compile_function(parse(chosen), ["q", "p"])(q, p)
    assert np.std(found - q**2 - p**2) < 0.05


def test_friction_and_positions_alone(saved_models, tmp_path, capsys, monkeypatch):
    """A table of angles of a damped swing: the plain network is nearer, and a line says so."""
    monkeypatch.setattr("training.shooting.compile_by_xla", tf.function)
    random, rows = np.random.default_rng(0), []
    t = np.linspace(0, 2, 9)
    for swing in range(12):
        size, phase = random.uniform(0.5, 1), random.uniform(0, 6)
        x = size * np.exp((-0.5 + 2j) * t + 1j * phase)
        rows.append(pd.DataFrame({"swing": swing, "t": t, "x": x.real}))
    table = pd.concat(rows)
    table.to_csv(tmp_path / "a.csv", index=False)
    words = ("--data", tmp_path / "a.csv", "--run", "swing", "--positions", "x",
             "--coordinates", "lagrangian", "--hidden", 5, "--epochs", 2, "--piece", 9)  # fmt: skip
    folder, _ = check_experiment("hamiltonian", saved_models, *words, pictures=PICTURES)
    out = capsys.readouterr().out
    assert "velocities are not measured" in out
    config = json.loads((folder / "config.json").read_text())
    assert config["endpoints"]["serve"] == ["x", "x_t"]
    rows = pd.DataFrame({"x": [0.1, 0.2], "x_t": [0.3, -0.1]})
    rows.to_csv(tmp_path / "new.csv", index=False)
    evaluate.main([str(folder), "--data", str(tmp_path / "new.csv")])
    found = pd.read_csv(folder / "predictions.csv")
    np.testing.assert_allclose(found["x_t_predicted"], rows["x_t"])  # the derivative of x is x_t


def test_a_line_says_that_no_energy_is_conserved():
    from evaluation.mechanics import describe_conservation

    assert describe_conservation(0.012, 0.01) == ()
    (line,) = describe_conservation(0.04, 0.01)
    assert "4.0 times lower: no energy seems to be conserved (friction" in line


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--piece", 2), "--piece must be a number from 3"),
        (("--hidden", 100, 100), "too large for a second-order method"),
        (("--trajectories", -1), "--trajectories must be a number from 0"),
        (("--data", "missing.csv"), "no such file"),
    ],
)
def test_mistakes(words, reason, saved_models):
    with pytest.raises(UserError, match=reason):
        train.main(["hamiltonian", *map(str, words)])
    assert not list(saved_models.glob("[!.]*"))  # a lock at most

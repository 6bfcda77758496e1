"""Forces between bodies: a training, its scores, its endpoints, and its formula."""

import json

import numpy as np
import pandas as pd
import pytest
import sympy

import evaluate
import train
from datasets.bodies import LAWS, draw_motion
from errors import UserError
from runs.run import Run
from symbolic.formula import parse
from tests.checks import answer_alone, check_experiment

SMALL = ("--trajectories", 20, "--bodies", 3, "--steps", 100, "--step", 0.05, "--hidden", 16, 16)
PICTURES = ("history", "force", "rollout", "orbits")


@pytest.fixture(scope="module")
def springs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("interaction") / "saved_models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        yield check_experiment(
            "interaction", folder, *SMALL, "--epochs", 60,
            endpoints=("step", "rollout", "forces", "force"),
            pictures=(*PICTURES, "error-by-bodies"),
        )  # fmt: skip


def test_its_scores(springs):
    _, metrics = springs
    scores = {name: x["step"] for name, x in metrics["splits"]["test"]["scores"].items()}
    error = {name: found["velocities"] for name, found in scores.items()}
    assert error["network"] < 0.02 and error["network"] < 0.2 * error["dense network"]
    assert error["straight motion"] == pytest.approx(1)
    assert error["true law, same step"] < 1e-12
    assert metrics["headline"]["value"] == error["network"]
    assert scores["network"]["accelerations"] < 0.03
    rollout = metrics["rollout"]
    assert rollout["network"]["momentum error"] < 1e-12
    assert rollout["network"]["energy error"] < 0.2 * rollout["dense network"]["energy error"]
    for bodies, found in metrics["by_bodies"].items():
        assert found["network"] < 0.1, bodies
        assert (found["dense network"] == "") == (bodies != "3")


def test_its_endpoints_alone(springs, tmp_path):
    """A rollout is a succession of steps, each of which is leapfrog with the forces."""
    folder, _ = springs
    random = np.random.default_rng(0)
    x, v = random.normal(size=(2, 2, 4, 2))
    state = {"positions": x, "velocities": v}
    found = answer_alone(folder, state | {"steps": np.int32(3)}, tmp_path, "rollout")
    assert found["positions"].shape == found["velocities"].shape == (2, 4, 4, 2)
    run = Run(folder)

    def accelerate(positions):
        return run.predict({"positions": positions}, "forces")["accelerations"]

    for number in range(4):
        np.testing.assert_allclose(found["positions"][:, number], state["positions"], rtol=1e-6)
        np.testing.assert_allclose(found["velocities"][:, number], state["velocities"], rtol=1e-6)
        half = state["velocities"] + 0.025 * accelerate(state["positions"])
        following = state["positions"] + 0.05 * half
        state = run.predict(state, "step")
        np.testing.assert_allclose(state["positions"], following, rtol=1e-6)
        expected = half + 0.025 * accelerate(following)
        np.testing.assert_allclose(state["velocities"], expected, rtol=1e-6, atol=1e-7)
    none = run.predict({"positions": x, "velocities": v, "steps": 0}, "rollout")
    np.testing.assert_array_equal(none["positions"], x[:, None])


def test_trajectories_of_a_file(springs, tmp_path, capsys):
    """Of six bodies, beside a rollout from the first state."""
    folder, _ = springs
    motion = draw_motion(LAWS["springs"], 2, 6, 0.05, 8, 1)
    times = 0.05 * np.arange(9)
    np.savez(tmp_path / "new.npz", times=times, **motion)
    words = folder, "--data", tmp_path / "new.npz", "--output", tmp_path / "new.csv"
    evaluate.main([*map(str, words)])
    assert "2 trajectories of 6 bodies, 8 steps" in capsys.readouterr().out
    table = pd.read_csv(tmp_path / "new.csv")
    assert len(table) == 2 * 9 * 6
    row = table[(table["trajectory"] == 2) & (table["time"].round(3) == 0.2) & (table["body"] == 6)]
    assert row["position_2"].item() == pytest.approx(motion["positions"][1, 4, 5, 1])
    first = {name: motion[name][:, 0] for name in ("positions", "velocities")}
    path = Run(folder).predict(first | {"steps": 8}, "rollout")
    found = row["position_2_predicted"].item()
    assert found == pytest.approx(path["positions"][1, 4, 5, 1], rel=1e-5)
    assert found == pytest.approx(row["position_2"].item(), abs=0.05)
    for changes, reason in (
        ({"times": 2 * times}, "expected states every 0.05. Received: every 0.1"),
        ({name: motion[name][..., :1] for name in first}, "expected 2 dimensions. Received: 1"),
    ):
        np.savez(tmp_path / "new.npz", **{"times": times} | motion | changes)
        with pytest.raises(UserError, match=reason):
            evaluate.main([*map(str, words)])


def test_its_force_is_that_of_the_law(springs):
    folder, _ = springs
    distance = np.linspace(0.3, 2.5, 20)
    found = Run(folder).predict({"distance": distance}, "force")["force"]
    np.testing.assert_allclose(found, -2 * (distance - 1), atol=0.06)


def test_its_formula(springs, saved_models):
    folder, _ = springs
    train.main(["distil", "--from", str(folder), "--seconds", "3", "--operators", "add", "mul"])
    front = pd.read_csv(saved_models / "distil" / "front.csv", keep_default_na=False)
    formula = parse(front.loc[front["chosen"] == "yes", "formula"].iloc[0])
    distance = sympy.Symbol("distance", real=True)
    line = sympy.Poly(formula, distance)
    assert line.degree() == 1
    np.testing.assert_allclose([float(c) for c in line.all_coeffs()], [-2, 2], atol=0.1)
    checks = pd.read_csv(saved_models / "distil" / "checks.csv")
    assert (checks["distance"] >= 0).all()
    np.testing.assert_allclose(checks["truth"], 2 - 2 * checks["distance"], atol=1e-9)


def test_masses_and_any_messages_from_a_file(saved_models, tmp_path):
    """Of a file the law is not known, and so neither are energies nor other numbers of bodies."""
    motion = draw_motion(LAWS["gravity"], 12, 3, 0.1, 20, 0)
    np.savez(tmp_path / "a.npz", times=0.1 * np.arange(21), **motion)
    words = ("--data", tmp_path / "a.npz", "--hidden", 8, "--model", "interaction", "--epochs", 2)
    folder, metrics = check_experiment("interaction", saved_models, *words, pictures=PICTURES)
    assert "by_bodies" not in metrics and "energy error" not in metrics["rollout"]["network"]
    config = json.loads((folder / "config.json").read_text())
    assert config["endpoints"]["force"] == ["distance", "mass_1", "mass_2"]
    run = Run(folder)
    pair = {"distance": np.array([2.0]), "mass_1": np.array([0.7]), "mass_2": np.array([1.4])}
    bodies = {
        "positions": np.array([[[5.0, 1.0], [7.0, 1.0]]]),
        "mass": np.array([[0.7, 1.4]]),
    }
    forces = run.predict(bodies, "forces")
    np.testing.assert_allclose(
        forces["forces"], bodies["mass"][..., None] * forces["accelerations"]
    )
    np.testing.assert_allclose(run.predict(pair, "force")["force"], forces["forces"][:, 1, 0])


@pytest.mark.parametrize(
    "words, reason",
    [
        (("--bodies", 1), "--bodies must be a number from 2 to 100"),
        (("--trajectories", 5), "--trajectories must be a number 10 or larger"),
        (("--step", 0), "--step must be a number from"),
    ],
)
def test_mistakes(words, reason, saved_models):
    with pytest.raises(UserError, match=reason):
        train.main(["interaction", *map(str, words)])

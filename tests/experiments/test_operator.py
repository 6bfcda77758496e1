"""Operators: trainings, their scores and endpoints, other grids, rollouts, and own functions."""

import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from errors import UserError
from runs.run import Run
from tests.checks import answer_alone, check_experiment

PICTURES = ("history", "functions")
SMALL = ("--functions", 100, "--test-functions", 10)
FNO = ("--points", 32, "--grid", 0, "--width", 8, "--modes", 4, "--depth", 2, "--time-steps", 20)


@pytest.fixture(scope="module")
def advection(tmp_path_factory):
    folder = tmp_path_factory.mktemp("operator") / "saved_models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        words = ("--problem", "advection", *SMALL, *FNO, "--rollout-steps", 2)
        yield check_experiment(
            "operator", folder, *words, "--epochs", 60, "--learning-rate", 0.01,
            endpoints=("serve", "at_points", "rollout"),
            pictures=(*PICTURES, "operator-rollout"),
        )  # fmt: skip


def test_its_scores(advection):
    _, metrics = advection
    scores = metrics["splits"]["test"]["scores"]
    error = {name: found["relative_l2"] for name, found in scores.items()}
    assert error["network"] < 0.1 < error["no change"]
    assert error["solver, same grid"] < 0.01
    assert error["PCA + ridge"] < 0.01  # the map is linear
    assert metrics["headline"]["value"] == error["network"]
    assert metrics["headline"]["method"] == "PCA + ridge"
    grids = [found["network"] for found in metrics["grids"].values()]
    assert len(grids) == 3 and max(grids) < 1.2 * min(grids) + 0.01
    assert len(metrics["rollout"]["network"]) == 2


def test_its_endpoints_alone(advection, tmp_path):
    """A rollout is a succession of answers; points of the grid have the values of the grid."""
    folder, _ = advection
    x = np.arange(32) / 32
    u = np.sin(2 * np.pi * x)[None].astype("float32")
    path = answer_alone(folder, {"u0": u, "steps": np.int32(2)}, tmp_path, "rollout")["u"]
    run = Run(folder)
    first = run.predict({"u0": u})["u"]
    assert path.shape == (1, 3, 32)
    np.testing.assert_allclose(path[:, 0], u, atol=1e-6)
    np.testing.assert_allclose(path[:, 1], first, atol=1e-4)
    np.testing.assert_allclose(path[:, 2], run.predict({"u0": first})["u"], atol=1e-4)
    points = x[:, None].astype("float32")
    at_points = run.predict({"u0": u, "points": points}, "at_points")["u"]
    np.testing.assert_allclose(at_points, first, atol=1e-4)
    fine = np.sin(2 * np.pi * np.arange(96) / 96)[None].astype("float32")
    np.testing.assert_allclose(run.predict({"u0": fine})["u"][:, ::3], first, atol=1e-3)


def test_functions_of_a_new_file(advection, tmp_path, capsys):
    folder, _ = advection
    u = np.random.default_rng(0).normal(size=(3, 64)).cumsum(axis=1)
    np.savez(tmp_path / "new.npz", u0=u)
    words = [str(folder), "--data", str(tmp_path / "new.npz"), "--output"]
    evaluate.main([*words, str(tmp_path / "new.csv")])
    table = pd.read_csv(tmp_path / "new.csv")
    assert len(table) == 3 * 64
    found = Run(folder).predict({"u0": u.astype("float32")})["u"]
    assert table["u_predicted"].iloc[64 + 5] == pytest.approx(found[1, 5], rel=1e-4)
    for arrays, reason in (
        ({"v": u}, "needs the array u0"),
        ({"u0": u, "points": np.random.default_rng(0).uniform(size=64)}, "of the training, 32"),
    ):
        np.savez(tmp_path / "new.npz", **arrays)
        with pytest.raises(UserError, match=reason):
            evaluate.main([*words, str(tmp_path / "other.csv")])


def test_a_linear_map_is_learned_by_the_last_layer(saved_models):
    """The mean squared error of the antiderivative is below that of the paper at once."""
    words = ("--problem", "antiderivative", "--functions", 400, "--points", 33)
    _, metrics = check_experiment(
        "operator", saved_models, *words, "--test-functions", 50, "--model", "pod-deeponet",
        "--epochs", 1, pictures=PICTURES,
    )  # fmt: skip
    scores = metrics["splits"]["test"]["scores"]
    assert scores["network"]["mean_squared_error"] < 9.3e-7


def test_darcy_on_its_square(saved_models):
    words = ("--problem", "darcy", "--points", 17, "--modes", 3, "--width", 4, "--depth", 1)
    folder, metrics = check_experiment(
        "operator", saved_models, *words, *SMALL, "--symmetries", 1, "--epochs", 20,
        pictures=PICTURES,
    )  # fmt: skip
    grids = [found["network"] for found in metrics["grids"].values()]
    assert len(grids) == 3 and max(grids) < 0.5
    a = np.full((1, 33, 33), 6.0, "float32")
    found = Run(folder).predict({"a": a})["u"]
    assert found.shape == (1, 33, 33)


def test_scattered_points_and_numbers_from_a_file(saved_models, tmp_path):
    """u(p) = speed * mean of f + p, with outputs at other points than inputs."""
    random = np.random.default_rng(0)
    f, speed = random.normal(size=(120, 12)), random.uniform(1, 2, 120)
    points = random.uniform(size=(9, 2))
    output = (speed * f.mean(axis=1))[:, None] + points.sum(axis=1)
    arrays = {"f": f, "speed": speed, "points": random.uniform(size=(12, 2)), "output": output}
    np.savez(tmp_path / "a.npz", **arrays, output_points=points)
    words = ("--data", tmp_path / "a.npz", "--model", "deeponet", "--hidden", 32, "--epochs", 60)
    folder, metrics = check_experiment("operator", saved_models, *words, pictures=PICTURES)
    assert metrics["splits"]["test"]["scores"]["network"]["relative_l2"] < 0.2
    inputs = {"f": f[:2].astype("float32"), "speed": speed[:2].astype("float32")}
    run = Run(folder)
    found = run.predict(inputs | {"points": points[:4].astype("float32")}, "at_points")["output"]
    np.testing.assert_allclose(found, run.predict(inputs)["output"][:, :4], atol=1e-5)
    with pytest.raises(UserError, match="--model fno needs inputs and outputs on the same grid"):
        train.main(["operator", "--data", str(tmp_path / "a.npz"), "--name", "other"])


def test_the_equation_teaches_a_deeponet(saved_models):
    """Without any known output the equation alone lowers the error; the time is a coordinate."""
    words = ("--problem", "diffusion-reaction", "--model", "deeponet", "--physics", 1)
    folder, metrics = check_experiment(
        "operator", saved_models, *words, "--labelled", 0, *SMALL, "--points", 16, "--grid", 0,
        "--hidden", 16, "--epochs", 20, "--symmetries", 1, endpoints=("at_points",),
        pictures=PICTURES,
    )  # fmt: skip
    assert metrics["splits"]["test"]["scores"]["network"]["relative_l2"] < 0.5
    u = np.full((1, 16), 0.5, "float32")
    points = np.array([[0.2, 0.0], [0.7, 1.0]], "float32")  # x and t
    found = Run(folder).predict({"u0": u, "points": points}, "at_points")["u"][0]
    assert found[1] > found[0]


@pytest.mark.parametrize(
    "words, reason",
    [
        (("--points", 30), "--points must be a multiple of 4"),
        (("--modes", 40), "--modes must be at most 32"),
        (("--functions", 5), "--functions must be a number from 40"),
        (("--physics", 1), "--physics needs --model deeponet"),
        (("--labelled", 0.5), "--labelled below 1 needs --physics"),
        (("--equation", "u_tt = u_xx"), "of first order in time"),
    ],
)
def test_mistakes(words, reason, saved_models):
    with pytest.raises(UserError, match=reason):
        train.main(["operator", *map(str, words)])

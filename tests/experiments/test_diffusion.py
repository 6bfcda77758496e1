"""Diffusion of points, of digits, and of tables with categories and whole numbers."""

import json

import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from errors import UserError
from runs.run import Run
from tests.checks import answer_alone, check_experiment

SMALL = ("--hidden", 32, "--loop", "graph", "--batch-size", 64, "--learning-rate", 0.01)
ENDPOINTS = ("serve", "generate", "path", "denoise")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder for the runs of this file."""
    folder = tmp_path_factory.mktemp("diffusion") / "saved_models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        yield folder


@pytest.fixture(scope="module")
def moons(runs):
    return check_experiment(
        "diffusion", runs, *SMALL, "--samples", 1500, "--epochs", 40, "--steps", 8,
        endpoints=(*ENDPOINTS, "log_prob"),
        pictures=("history", "samples", "noise-to-data", "log-density"),
    )  # fmt: skip


def test_its_scores(moons):
    folder, metrics = moons
    losses = metrics["negative_log_likelihood"]
    assert losses["truth"] < losses["network"] < losses["Gaussian"] - 0.3
    scores = metrics["splits"]["test"]["scores"]["network"]["samples"]
    assert scores == metrics["samples"]["network"] and scores["good"] > 0.6
    density = metrics["splits"]["test"]["scores"]["network"]["density"]
    assert density == {"negative_log_likelihood": losses["network"]}
    run = Run(folder)
    assert min(run.history["val_loss"]) < 0.95
    drawn = run.predict({"count": 300, "seed": 3}, "generate")
    log_prob = run.predict(drawn, "log_prob")["log_prob"]
    assert -log_prob.mean() == pytest.approx(losses["network"], abs=0.5)


def test_the_same_seed_gives_the_same_samples_in_every_process(moons, tmp_path):
    folder, _ = moons
    request = {name: np.int32(x) for name, x in (("count", 7), ("seed", 5), ("steps", 8))}
    request["temperature"] = np.float32(1)
    here = Run(folder).predict({"count": 7, "seed": 5}, "generate")  # the option's steps
    alone = answer_alone(folder, request, tmp_path, "generate")
    for name in ("x", "y"):
        assert alone[name].shape == (7,)
        np.testing.assert_allclose(here[name], alone[name], rtol=1e-5)
    for change in ({"seed": 6}, {"steps": 3}):
        other = Run(folder).predict(request | change, "generate")
        assert (other["x"] != here["x"]).all()


def test_a_low_temperature_lets_samples_vary_less(moons):
    request = {"count": 500, "seed": 0}
    usual, cold = (
        Run(moons[0]).predict(request | temperature, "generate")
        for temperature in ({}, {"temperature": 0.5})
    )
    assert cold["x"].std() < 0.95 * usual["x"].std()


def test_the_density_integrates_to_1(moons):
    x, y = np.meshgrid(np.linspace(-3, 4, 100), np.linspace(-3, 4, 100))
    points = {"x": x.ravel().astype("float32"), "y": y.ravel().astype("float32")}
    density = np.exp(Run(moons[0]).predict(points, "log_prob")["log_prob"])
    assert density.sum() * (7 / 99) ** 2 == pytest.approx(1, abs=0.05)


def test_noise_is_taken_away(moons):
    from datasets.densities import DENSITIES

    random, stds = np.random.default_rng(0), np.array([0.87, 0.5])
    clean = DENSITIES["moons"].sample(500, random)
    noisy = clean + 0.5 * stds * random.normal(size=clean.shape)
    inputs = {"x": noisy[:, 0], "y": noisy[:, 1], "level": 0.5}
    found = Run(moons[0]).predict(inputs, "denoise")
    errors = [
        np.square((np.stack([rows["x"], rows["y"]], axis=1) - clean) / stds).mean()
        for rows in (found, inputs)
    ]
    assert errors[0] < 0.85 * errors[1]
    same = Run(moons[0]).predict(inputs | {"level": 0.0}, "denoise")
    np.testing.assert_allclose(same["x"], noisy[:, 0], atol=1e-3)


def test_digits(runs, tmp_path):
    words = ("--data", "digits", "--filters", 4, 8, "--epochs", 1, "--steps", 3, "--name", "digits")
    train.main(["diffusion", *map(str, words)])
    evaluate.main([str(runs / "digits")])
    run = Run(runs / "digits")
    assert set(run.config["endpoints"]) == set(ENDPOINTS)
    assert "KID" in run.metrics["samples"]["network"]
    picture = np.zeros((2, 8, 8, 1), "float32")
    found = run.predict({"image": picture, "level": 0.3}, "denoise")["image"]
    assert found.shape == picture.shape and found.min() >= 0 and found.max() <= 16
    path = run.predict({"count": 2, "seed": 0}, "path")["image"]
    assert path.shape == (2, 4, 8, 8, 1)
    evaluate.main([str(run.folder), "--generate", "3", "--inputs", "steps=2"])
    assert len(list((run.folder / "samples").iterdir())) == 3
    for word, message in (("steps=0", "steps must be 1 or larger"), ("seed=1", "given by --seed")):
        with pytest.raises(UserError, match=message):
            evaluate.main([str(run.folder), "--generate", "3", "--inputs", word])


def train_table(runs, frame, *words):
    path = runs.parent / "table.csv"
    frame.to_csv(path, index=False)
    words = ["diffusion", "--data", path, "--name", "table", "--overwrite", *SMALL, *words]
    train.main([*map(str, words)])
    evaluate.main([str(runs / "table")])
    return Run(runs / "table"), json.loads((runs / "table" / "metrics.json").read_text())


def test_categories_and_whole_numbers(runs):
    random = np.random.default_rng(0)
    town = random.choice(["Bonn", "Rome", "Oslo"], 900, p=[0.6, 0.3, 0.1])
    count = random.poisson(np.where(town == "Bonn", 3, 9))
    frame = pd.DataFrame({"town": town, "count of rooms": count, "size": random.normal(size=900)})
    run, _ = train_table(runs, frame, "--epochs", 40)
    assert set(run.config["endpoints"]) == set(ENDPOINTS)  # no density
    drawn = run.predict({"count": 3000, "seed": 0}, "generate")
    assert (drawn["count of rooms"] == drawn["count of rooms"].round()).all()
    bonn = drawn["town"] == "Bonn"
    assert bonn.mean() == pytest.approx(0.6, abs=0.1)
    assert drawn["count of rooms"][bonn].mean() < drawn["count of rooms"][~bonn].mean() - 3
    inputs = {"town": np.array(["Bonn"]), "count of rooms": [3.0], "size": [0.0], "level": 0.2}
    assert run.predict(inputs, "denoise")["town"].tolist() == ["Bonn"]


def test_a_gaussian_table_in_raw_units_with_whole_numbers(runs):
    """The density of a whole number is its probability."""
    random = np.random.default_rng(0)
    mass, n = 5e6 + 2e4 * random.normal(size=2000), random.poisson(4, 2000)
    run, metrics = train_table(runs, pd.DataFrame({"mass [kg]": mass, "n": n}), "--epochs", 33)
    x = {"mass [kg]": np.full(9, 5e6), "n": np.arange(9.0)}
    found = run.predict(x, "log_prob")["log_prob"]
    from scipy.stats import poisson

    known = poisson(4).logpmf(np.arange(9)) - np.log(2e4 * np.sqrt(2 * np.pi))
    assert np.abs(np.exp(found - known.max()) - np.exp(known - known.max())).max() < 0.3
    assert np.isnan(run.predict({"mass [kg]": [np.nan], "n": [1]}, "log_prob")["log_prob"]).all()
    losses = metrics["negative_log_likelihood"]
    assert losses["network"] == pytest.approx(losses["Gaussian"], abs=0.2)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--data", "mons"), "Did you mean moons"),
        (("--steps", "0"), "--steps must be a number from 1"),
        (("--decay", "1.5"), "--decay must be a number from 0"),
        (("--filters", "0"), "--filters must be"),
    ],
)
def test_mistakes(runs, words, message):
    with pytest.raises(UserError, match=message):
        train.main(["diffusion", "--name", "mistake", *words])


def test_a_trivial_loss_gives_advice():
    from types import SimpleNamespace

    from evaluation.diffusion import warn_of_trivial_loss
    from evaluation.evaluation import Evaluation, Headline

    evaluation = Evaluation(Headline("KID of samples", 0.0), {}, {}, advice=("more",))
    for losses, lines in (([1.2, 1.01], 2), ([1.1, 0.9], 1)):
        run = SimpleNamespace(history={"val_loss": losses})
        assert len(warn_of_trivial_loss(evaluation, run).advice) == lines

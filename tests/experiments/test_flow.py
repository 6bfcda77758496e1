"""The flow on a density in the plane, on tables of Gaussians, and on whole numbers."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy.stats import multivariate_normal, poisson

import evaluate
import train
from errors import Diverged, UserError
from evaluation.densities import check_scores
from runs.run import Run
from tests.checks import answer_alone, check_experiment

ENDPOINTS = ("serve", "log_prob", "generate", "encode", "decode")
SMALL = ("--couplings", 2, "--hidden", 8, "--bins", 4, "--loop", "graph")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder for the runs of this file."""
    folder = tmp_path_factory.mktemp("flow") / "saved_models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        yield folder


@pytest.fixture(scope="module")
def moons(runs):
    options = ("--samples", 2000, "--epochs", 15, "--learning-rate", 0.01, "--batch-size", 128)
    return check_experiment(
        "flow", runs, *SMALL, *options, endpoints=ENDPOINTS,
        pictures=("history", "samples", "log-density"),
    )  # fmt: skip


def train_table(folder, frame, *words):
    """Train and evaluate the flow of a table; return the run and `metrics.json`."""
    path = folder.parent / "table.csv"
    frame.to_csv(path, index=False)
    words = ["flow", "--data", path, "--overwrite", *SMALL, *words]
    train.main([*map(str, words)])
    evaluate.main([str(folder / "flow")])
    metrics = json.loads((folder / "flow" / "metrics.json").read_text())
    return Run(folder / "flow"), metrics


def test_its_scores(moons):
    folder, metrics = moons
    scores = {
        name: found["density"]["negative_log_likelihood"]
        for name, found in metrics["splits"]["test"]["scores"].items()
    }
    kinds = ["network", "Gaussian", "Gaussian mixture", "kernel density", "truth"]
    assert [name.split(",")[0] for name in scores] == kinds
    assert scores["truth"] < scores["network"] < scores["Gaussian"] - 0.3
    assert metrics["round_trip"]["largest"] < 1e-4
    quality = metrics["samples"]
    assert quality["real rows"]["good"] == pytest.approx(0.99, abs=0.01)
    assert quality["Gaussian"]["good"] < quality["network"]["good"]
    inputs = Run(folder).predict({"count": 200, "seed": 3}, "generate")
    log_prob = Run(folder).predict(inputs)["log_prob"]
    assert metrics["headline"]["value"] == pytest.approx(-log_prob.mean(), abs=0.5)


def test_the_same_seed_gives_the_same_samples_in_every_process(moons, tmp_path):
    folder, _ = moons
    request = {"count": np.int32(7), "seed": np.int32(5)}
    here = Run(folder).predict(request, "generate")
    alone = answer_alone(folder, request, tmp_path, "generate")
    assert here["x"].shape == alone["x"].shape == (7,)
    for name in ("x", "y"):
        np.testing.assert_allclose(here[name], alone[name], rtol=1e-6)
    other = Run(folder).predict(request | {"seed": 6}, "generate")
    assert (other["x"] != here["x"]).all()


def test_encode_and_decode_are_inverse(moons):
    run = Run(moons[0])
    latent = np.random.default_rng(0).normal(size=(50, 2)).astype("float32")
    again = run.predict(run.predict({"latent": latent}, "decode"), "encode")
    np.testing.assert_allclose(again["latent"], latent, atol=1e-3)


def test_the_density_integrates_to_1(moons):
    x, y = np.meshgrid(np.linspace(-4, 5, 400), np.linspace(-4, 5, 400))
    points = {"x": x.ravel().astype("float32"), "y": y.ravel().astype("float32")}
    density = np.exp(Run(moons[0]).predict(points)["log_prob"])
    assert density.sum() * (9 / 399) ** 2 == pytest.approx(1, abs=0.02)


def test_samples_are_written(moons, tmp_path, capsys):
    folder, _ = moons
    output = tmp_path / "new.csv"
    evaluate.main([str(folder), "--generate", "20", "--seed", "4", "--output", str(output)])
    assert "20 rows" in capsys.readouterr().out
    written = pd.read_csv(output)
    expected = Run(folder).predict({"count": 20, "seed": 4}, "generate")
    np.testing.assert_allclose(written["y"], expected["y"], rtol=1e-5)
    evaluate.main([str(folder), "--generate", "3"])
    assert len(pd.read_csv(folder / "samples.csv")) == 3


def test_rows_of_a_file_get_their_log_density(moons, tmp_path):
    folder, _ = moons
    frame = pd.DataFrame({"y": [0.5, 1.0], "x": [0.0, 9.0]})
    frame.to_csv(tmp_path / "rows.csv", index=False)
    output = tmp_path / "out.csv"
    words = (folder, "--data", tmp_path / "rows.csv", "--output", output)
    evaluate.main([*map(str, words)])
    found = pd.read_csv(output)["log_prob"]
    assert found[0] > found[1] + 5


# Tables


@pytest.mark.parametrize("columns", [1, 2])
def test_a_gaussian_table_in_raw_units(saved_models, columns):
    """Large and small units, a label and a category that are left out."""
    random = np.random.default_rng(0)
    mean, factor = np.array([5e6, -3e-7])[:columns], np.array([[2e4, 0], [8e-9, 6e-9]])
    factor = factor[:columns, :columns]
    rows = mean + random.normal(size=(3000, columns)) @ factor.T
    frame = pd.DataFrame(rows, columns=["mass [kg]", "b"][:columns])
    frame = frame.assign(kind=np.where(rows[:, 0] > 5e6, "a", "b"), colour="red").assign(
        colour=random.choice(["red", "blue"], size=3000)
    )
    run, metrics = train_table(saved_models, frame, "--label", "kind", "--epochs", 2)
    assert set(run.config["endpoints"]["serve"]) == set(frame.columns[:columns])
    assert any("not numbers: colour" in text for text in run.config["data"]["remarks"])
    points = {name: frame[name].to_numpy()[:500] for name in frame.columns[:columns]}
    scales = np.sqrt(np.diag(factor @ factor.T))
    known = (
        multivariate_normal(np.zeros(columns), factor @ factor.T / np.outer(scales, scales)).logpdf(
            (rows[:500] - mean) / scales
        )
        - np.log(scales).sum()
    )
    errors = np.abs(run.predict(points)["log_prob"] - known)
    assert errors.mean() < 0.1
    best = metrics["headline"]["baseline"]
    assert metrics["headline"]["value"] == pytest.approx(best, abs=0.05)
    plots = {path.stem for path in (run.folder / "plots").iterdir()}
    assert plots == {"history", "samples"} | ({"log-density"} if columns == 2 else set())


def test_whole_numbers_are_spread_and_missing_rows_left_out(saved_models):
    random = np.random.default_rng(0)
    counts = random.poisson(4, 2000).astype(float)
    counts[:20] = np.nan
    size = random.normal(size=(2000, 3))
    frame = pd.DataFrame({"n": counts, "a": size[:, 0], "b": size[:, 1], "c": size[:, 2]})
    frame["d"] = frame["a"] + frame["b"]
    run, metrics = train_table(saved_models, frame, "--epochs", 8, "--learning-rate", 0.01)
    remarks = " ".join(run.config["data"]["remarks"])
    assert "20 rows miss a value" in remarks and "uniform noise: n" in remarks
    drawn = run.predict({"count": 4000, "seed": 0}, "generate")
    assert (drawn["n"] == np.floor(drawn["n"])).all()
    assert drawn["n"].mean() == pytest.approx(4, abs=0.3)
    # The others are standard normal and independent of n.
    zeros = np.zeros(9, "float32")
    rows = {"n": np.arange(9.0)} | dict.fromkeys("abcd", zeros)
    log_prob = run.predict(rows)["log_prob"]
    shares = np.exp(log_prob - log_prob.max())
    expected = poisson(4).pmf(np.arange(9))
    assert np.abs(shares / shares.sum() - expected / expected.sum()).max() < 0.08
    assert np.isnan(run.predict(rows | {"a": np.full(9, np.nan)})["log_prob"]).all()
    assert metrics["round_trip"]["largest_in_stds"] < 1e-3
    evaluate.main([str(run.folder), "--generate", "3"])
    assert list(pd.read_csv(run.folder / "samples.csv")) == ["n", "a", "b", "c", "d"]


# Mistakes


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--data", "mons"),
            "Did you mean moons",
        ),
        (("--data", "nowhere.csv"), "nowhere.csv"),
        (("--label", "kind"), "moons has no columns"),
        (("--samples", "3"), "--samples must be a number from 100"),
        (("--couplings", "0"), "--couplings must be"),
        (("--bins", "1"), "--bins must be"),
    ],
)
def test_mistakes(saved_models, words, message):
    with pytest.raises(UserError) as caught:
        train.main(["flow", *words])
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("colour", "has no column of numbers to model. It has: colour"),
        ("count", "Rename it"),
        ("log_prob", "Rename it"),
    ],
)
def test_tables_that_cannot_be_modelled(saved_models, tmp_path, column, message):
    random = np.random.default_rng(0)
    values = random.choice(["a", "b"], 50) if column == "colour" else random.normal(size=50)
    pd.DataFrame({column: values}).to_csv(tmp_path / "table.csv", index=False)
    with pytest.raises(UserError, match=message):
        train.main(["flow", "--data", str(tmp_path / "table.csv")])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--generate", "-1"), "--generate must be a number from 1"),
        (("--generate", "5", "--seed", "-1"), "--seed must be a number from 0"),
        (("--generate", "5", "--data", "rows.csv"), "Give one of them"),
        (("--generate", "5", "--inputs", "steps=3"), "expected NAME=VALUE. Names are: none"),
        (("--inputs", "steps=3"), "give --generate COUNT as well"),
        (("--generate", "5", "--output", "nowhere/new.csv"), "cannot be written"),
    ],
)
def test_samples_that_cannot_be_drawn(moons, words, message):
    with pytest.raises(UserError, match=message):
        evaluate.main([str(moons[0]), *words])


def test_only_some_runs_generate(saved_models):
    train.main(["xor", "--epochs", "1", "--seeds", "1"])
    with pytest.raises(UserError, match="needs a run with the endpoint generate"):
        evaluate.main([str(saved_models / "xor"), "--generate", "5"])


def test_a_constant_or_infinite_score_is_a_failed_training():
    check_scores(np.array([1.0, 2.0]))
    with pytest.raises(Diverged, match="the same log density"):
        check_scores(np.full(5, 2.0))
    with pytest.raises(Diverged, match="1 of 2 test rows have no finite"):
        check_scores(np.array([1.0, np.nan]))


def test_pictures_are_rows_of_pixels(saved_models, tmp_path):
    """Digits have whole pixels: their bits per dimension are those of a probability."""
    folder, metrics = check_experiment(
        "flow", saved_models, "--data", "digits", "--epochs", 2, "--couplings", 2, "--hidden", 8,
        pictures=("samples", "nearest-training-pictures"),
    )  # fmt: skip
    run, pictures = Run(folder), tmp_path / "pictures"
    assert 2 < metrics["headline"]["value"] / (64 * np.log(2)) < 4.1  # 17 values: log2(17)
    shares = metrics["class_shares"]["real rows"]
    assert len(shares) == 10 and min(shares.values()) > 0.05
    evaluate.main([str(folder), "--generate", "3", "--output", str(pictures)])
    drawn = run.predict({"count": 3, "seed": 0}, "generate")["image"]
    assert (drawn == drawn.round()).all() and drawn.min() >= 0 and drawn.max() <= 16
    assert [path.name for path in sorted(pictures.iterdir())] == ["1.png", "2.png", "3.png"]
    with Image.open(pictures / "2.png") as picture:
        np.testing.assert_allclose(np.asarray(picture), 255 / 16 * drawn[1, ..., 0], atol=1)
    with pytest.raises(UserError, match="exists. Choose a new folder"):
        evaluate.main([str(folder), "--generate", "3", "--output", str(pictures)])
    assert len(list(pictures.iterdir())) == 3

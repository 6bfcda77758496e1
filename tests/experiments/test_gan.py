"""The game of two networks on a density in the plane, on a table, and on pictures."""

import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from errors import UserError
from runs.run import Run
from tasks.catalogue import restore
from tests.checks import answer_alone, check_experiment

ENDPOINTS = ("serve", "generate", "decode")
SMALL = ("--hidden", 32, 32, "--loop", "graph", "--epochs", 3)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder for the runs of this file."""
    folder = tmp_path_factory.mktemp("gan") / "saved_models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        yield folder


@pytest.fixture(scope="module")
def ring(runs):
    return check_experiment(
        "gan", runs, "--data", "gaussians", "--samples", 3000, *SMALL,
        endpoints=ENDPOINTS, pictures=("history", "samples"),
    )  # fmt: skip


def test_its_scores(ring):
    folder, metrics = ring
    quality = metrics["samples"]
    assert list(quality)[0] == "network" and "real rows" in quality
    real = quality["real rows"]["sliced_W2"]
    assert metrics["headline"]["score"] == f"sliced W2 of samples (real rows: {real:.3g})"
    assert metrics["headline"]["value"] == quality["network"]["sliced_W2"]
    assert quality["network"]["modes_found"] >= 6
    run = Run(folder)
    history, experiment = run.history, restore(run.config)
    data = experiment.load()
    untrained = experiment.build(data)
    experiment.compile(untrained, data)
    _, (x,) = experiment.training_arrays(data)
    start = untrained.evaluate(x, verbose=0, return_dict=True)["distance"]
    assert history["val_distance"][-1] < 0.1 * start
    assert {"loss", "discriminator_loss"} <= set(history) and "val_loss" not in history


def test_the_same_seed_gives_the_same_samples_in_every_process(ring, tmp_path):
    folder, _ = ring
    request = {"count": np.int32(7), "seed": np.int32(5)}
    here = Run(folder).predict(request, "generate")
    alone = answer_alone(folder, request, tmp_path, "generate")
    assert here["x"].shape == alone["x"].shape == (7,)
    for name in ("x", "y"):
        np.testing.assert_allclose(here[name], alone[name], rtol=1e-5)
    other = Run(folder).predict(request | {"seed": 6}, "generate")
    assert (other["x"] != here["x"]).all()


def test_decode_draws_in_raw_units(ring):
    latent = np.random.default_rng(0).normal(size=(500, 2)).astype("float32")
    drawn = Run(ring[0]).predict({"latent": latent}, "decode")
    radius = np.hypot(drawn["x"], drawn["y"])
    assert np.median(radius) == pytest.approx(2, abs=0.5)  # the ring's


def test_a_conditional_table(saved_models, tmp_path):
    """The class decides size and town; a rare class stays rare."""
    random = np.random.default_rng(0)
    kind = random.choice(["big", "small"], 1500, p=[0.25, 0.75])
    is_big = kind == "big"
    frame = pd.DataFrame(
        {
            "size [m]": 1000 + 400 * is_big + 50 * random.normal(size=1500),
            "town": np.where(is_big, "Rome", random.choice(["Bonn", "Oslo"], 1500)),
            "kind": kind,
        }
    )
    frame.to_csv(tmp_path / "table.csv", index=False)
    words = ("--data", tmp_path / "table.csv", "--label", "kind", "--conditional")
    folder, _ = check_experiment("gan", saved_models, *words, *SMALL, endpoints=ENDPOINTS)
    run, request = Run(folder), {"count": 1000, "seed": 0}
    big, small = (run.predict(request | {"label": label}, "generate") for label in ("big", "small"))
    assert np.median(big["size [m]"]) > np.median(small["size [m]"]) + 200
    assert np.mean(big["town"] == "Rome") > 0.8 and np.mean(small["town"] == "Rome") < 0.2
    drawn = run.predict(request, "generate")
    assert np.mean(drawn["size [m]"] > 1200) == pytest.approx(0.25, abs=0.12)
    words = (folder, "--generate", 20, "--inputs", "label=big")
    evaluate.main([*map(str, words)])
    assert (pd.read_csv(folder / "samples.csv")["size [m]"] > 1100).mean() > 0.8
    with pytest.raises(UserError, match="label must be one of big, small"):
        evaluate.main([*map(str, words[:-1]), "label=huge"])


def test_pictures(saved_models):
    words = ("--filters", 8, "--loss", "hinge", "--epochs", 1, "--batch-size", 512)
    pictures = ("history", "samples", "nearest-training-pictures")
    folder, metrics = check_experiment(
        "gan", saved_models, *words, endpoints=ENDPOINTS, pictures=pictures
    )
    quality = metrics["samples"]
    drawn = Run(folder).predict({"count": 5, "seed": 0}, "generate")["image"]
    assert drawn.shape == (5, 8, 8, 1) and drawn.min() >= 0 and drawn.max() <= 16
    assert set(metrics["class_shares"]) >= {"network", "real rows"}
    assert metrics["headline"]["score"].startswith("KID of samples (real rows:")
    report = (folder / "report.html").read_text()
    row = "<tr><td>9</td>" + "".join(
        f'<td class="number">{metrics["class_shares"][name]["9"]:.4g}</td>' for name in quality
    )
    assert row in report  # ten rows of a few columns fit the page
    assert "real rows are from the validation split" in report
    assert "count (number of rows), seed" in report


def test_lecture_settings(saved_models):
    words = ("--data", "moons", "--samples", 500, *SMALL, "--epochs", 1, "--lecture-settings")
    train.main(["gan", *map(str, words)])
    run = Run(saved_models / "gan")
    assert run.config["options"]["penalty"] == run.config["options"]["averaging"] == 0
    kinds = [kind.strip() for _, kind, *_ in run.config["network"]["layers"]]
    assert kinds.count("BatchNormalization") == 4  # two hidden layers, and their last copy
    assert np.isfinite(run.predict({"count": 5, "seed": 0}, "generate")["x"]).all()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--conditional",), "--conditional needs rows with labels"),
        (("--data", "grids"), "Did you mean grid"),
        (("--averaging", "1.5"), "--averaging must be a number from 0"),
        (("--penalty", "-1"), "--penalty must be"),
        (("--filters", "8"), "--filters needs pictures"),
    ],
)
def test_mistakes(saved_models, words, message):
    with pytest.raises(UserError) as caught:
        train.main(["gan", "--data", "moons", "--samples", "200", *words])
    assert message in str(caught.value)

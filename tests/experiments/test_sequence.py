"""Series from training to pictures: endpoints, new files, lengths, and every network."""

import json

import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from datasets.control_charts import draw_control_charts
from errors import UserError
from runs.run import Run
from tests.checks import answer_alone, check_experiment

SMALL = ("--filters", 8, 8, "--units", 8, "--epochs", 4, "--patience", 4)
PICTURES = ("history", "series-by-class", "confusion")


@pytest.fixture(scope="module")
def charts(tmp_path_factory):
    """An ensemble of small convolutional networks on control charts."""
    folder = tmp_path_factory.mktemp("charts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        words = ("--samples", 240, "--members", 2, "--filters", 16, 16, "--epochs", 40)
        return check_experiment(
            "sequence", folder, *words, "--label-smoothing", 0.05,
            endpoints=("serve", "activation_map"), pictures=(*PICTURES, "activation-maps"),
        )  # fmt: skip


def test_charts_are_scored_beside_baselines(charts):
    _, metrics = charts
    scores = metrics["splits"]["test"]["scores"]
    assert list(scores) == ["network", "1-nearest neighbour", "random convolutions"]
    assert scores["network"]["pattern"]["accuracy"] > 0.85  # guessing reaches 0.17
    assert scores["random convolutions"]["pattern"]["accuracy"] > 0.9
    assert metrics["headline"]["score"] == "accuracy of pattern"


def test_the_saved_model_takes_series_of_any_length(charts, tmp_path):
    folder, _ = charts
    x, _ = draw_control_charts(12, 5)
    length = np.zeros(12, "int32")
    answers = answer_alone(folder, {"sequence": x, "length": length}, tmp_path)
    probabilities = answers["pattern_probabilities"]
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    run = Run(folder)
    found = run.predict({"sequence": x})  # without lengths
    np.testing.assert_allclose(found["pattern_probabilities"], probabilities, atol=1e-5)
    assert (found["pattern"] == np.char.decode(answers["pattern"])).all()
    # Behind the length, anything or NaN: as the shorter series alone.
    short = run.predict({"sequence": x[:, :40]})["pattern_probabilities"]
    cut = run.predict({"sequence": x, "length": np.full(12, 40)})["pattern_probabilities"]
    padded = x.copy()
    padded[:, 40:] = np.nan
    ended = run.predict({"sequence": padded})["pattern_probabilities"]
    np.testing.assert_allclose(cut, short, atol=1e-5)
    np.testing.assert_allclose(ended, short, atol=1e-5)
    maps = run.predict({"sequence": x}, "activation_map")["activation_map"]
    assert maps.shape == (12, 60, 6)


def test_new_series_are_predicted_and_scored(charts, tmp_path, capsys):
    folder, _ = charts
    x, labels = draw_control_charts(30, 7)
    table = pd.DataFrame(x[..., 0], columns=[f"step {k}" for k in range(60)])
    table.assign(pattern=labels).to_csv(tmp_path / "new.csv", index=False)
    output = tmp_path / "out.csv"
    evaluate.main([str(folder), "--data", str(tmp_path / "new.csv"), "--output", str(output)])
    assert "pattern, new (30 rows)" in capsys.readouterr().out
    written = pd.read_csv(output)
    assert list(written)[:2] == ["series", "pattern"] and "pattern_predicted" in written
    assert "pattern_probability_upward shift" in written and len(written) == 30
    np.savez(tmp_path / "wide.npz", x=np.zeros((3, 9, 2)), y=labels[:3])
    with pytest.raises(UserError, match="expected series of 1 channels. Received: 2"):
        evaluate.main([str(folder), "--data", str(tmp_path / "wide.npz")])


@pytest.mark.parametrize(
    ("model", "endpoints", "pictures"),
    [
        ("lstm", ("serve", "gates"), ("gates",)),
        ("gru", ("serve", "gates"), ("gates",)),
        ("transformer", ("serve",), ()),
    ],
)
def test_other_networks_on_series_of_unequal_lengths(
    model, endpoints, pictures, saved_models, tmp_path
):
    """Two channels, two classes: which of them rises; with gaps, and 20 to 40 steps."""
    random = np.random.default_rng(0)
    x = random.normal(size=(80, 40, 2)) + 100
    y = np.tile(["first", "second"], 40)
    x[np.arange(80), :, (y == "second").astype(int)] += np.linspace(-3, 3, 40)
    x[np.arange(40) >= random.integers(20, 41, 80)[:, None]] = np.nan
    x[::7, 4, 0] = np.nan
    np.savez(tmp_path / "x.npz", x=x, y=y)
    words = ("--data", tmp_path / "x.npz", "--model", model, *SMALL, "--members", 2)
    words = (*words, "--epochs", 12, "--learning-rate", 0.02)
    folder, metrics = check_experiment(
        "sequence", saved_models, *words, endpoints=endpoints, pictures=(*PICTURES, *pictures)
    )
    scores = metrics["splits"]["test"]["scores"]["network"]["label"]
    assert scores["accuracy"] > 0.7
    remarks = json.loads((folder / "config.json").read_text())["data"]["remarks"]
    assert len(remarks) == 2


def test_a_user_sees_one_line(command, tmp_path):
    np.savez(tmp_path / "x.npz", x=np.ones((20, 5)), y=np.zeros(20))
    result = command("train.py", "sequence", "--data", tmp_path / "x.npz")
    assert result.returncode == 2
    (line,) = result.stderr.strip().splitlines()
    assert "expected series of at least two classes" in line
    assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--samples", 10), "--samples must be a number from 60"),
        (("--warp", 1), "--warp must be a number from 0 to 0.9"),
        (("--label-smoothing", 1), "--label-smoothing must be"),
        (("--model", "transformer", "--units", 6), "--units must be a multiple of 4"),
    ],
)
def test_mistakes_in_options(words, message, saved_models):
    with pytest.raises(UserError, match=message):
        train.main(["sequence", *map(str, words)])

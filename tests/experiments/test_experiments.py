"""Each experiment in a tiny configuration: trained, exported, evaluated, drawn."""

import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from tests.checks import check_experiment


@pytest.fixture
def run(saved_models):
    """Train and evaluate; return `metrics.json` and the names of the pictures."""

    def call(name, *options):
        folder, metrics = check_experiment(name, saved_models, *options)
        return metrics, {path.stem for path in (folder / "plots").iterdir()}

    return call


def test_xor_needs_a_hidden_layer(run):
    metrics, pictures = run("xor", "--seeds", 3)
    test = metrics["splits"]["test"]
    scores = test["scores"]["network"]
    assert test["rows"] == 4 and list(test["scores"]) == ["network"]
    assert scores["no hidden layer"]["best_accuracy"] <= 0.75
    assert scores["one hidden layer"]["fraction_all_right"] == 1
    assert pictures == {"history", "accuracy-by-seed", "decision-surface"}


def test_polynomial_comes_near_least_squares(run):
    metrics, pictures = run("polynomial", "--epochs", 15)
    scores = metrics["splits"]["test"]["scores"]
    network, least_squares = (
        scores[name]["y"]["RMSE"] for name in ("network", "least squares, degree 3")
    )
    assert metrics["headline"] == {
        "score": "RMSE of y",
        "value": network,
        "baseline": least_squares,
        "method": "least squares, degree 3",
    }
    assert least_squares == pytest.approx(0.3, rel=0.1)  # the noise
    assert network < 1.3 * least_squares
    assert pictures == {"history", "predicted-against-true", "residuals", "inside-and-outside"}


def test_function_of_two_variables_is_scored_inside_and_outside(run):
    words = ("--formula", "x^2 + y", "--interval", -1, 1, 0, 3, "--samples", 500, "--epochs", 5)
    metrics, pictures = run("function", *words)
    splits = metrics["splits"]
    assert list(splits) == ["test", "outside, 0.5 of the interval"]
    least_squares = splits["test"]["scores"]["least squares, degree 9"]["f"]
    assert least_squares["RMSE"] < 1e-4  # degree 9 holds degree 2
    assert metrics["fit_seconds"]["least squares, degree 9"] > 0
    assert "inside-and-outside" in pictures


def test_probabilistic_function_knows_its_noise(run):
    words = ("--formula", "2*x", "--noise", 0.5, "--samples", 2000, "--epochs", 30)
    metrics, pictures = run("function", *words, "--init-scale", 0, "--margin", 0, "--probabilistic")
    scores = metrics["splits"]["test"]["scores"]["network"]["f"]
    assert scores["coverage_68"] == pytest.approx(0.68, abs=0.07)
    assert scores["coverage_95"] == pytest.approx(0.95, abs=0.04)
    assert "calibration" in pictures


def test_house_prices_are_no_worse_than_least_squares(run, shared):
    data = shared("house-prices/house_price_regression_dataset.csv")
    scores = run("house-prices", "--data", data)[0]["splits"]["test"]["scores"]
    assert scores["network"]["House_Price"]["RMSE"] < 1.01 * 10071.48
    assert set(scores) == {"network", "linear regression", "boosted trees"}


@pytest.fixture
def jets_file(tmp_path):
    """Rows in the published schema; the classes differ by their mass."""
    from datasets.jets import FEATURES

    random = np.random.default_rng(0)
    number = random.integers(0, 5, 1500)
    frame = pd.DataFrame(random.normal(size=(1500, 16)), columns=list(FEATURES))
    frame["mass_mmdt"] += 4 * number
    frame.assign(**{"class": np.array(list("gqtwz"))[number]}).to_csv(
        tmp_path / "jets.csv", index=False
    )
    return tmp_path / "jets.csv"


@pytest.mark.parametrize("settings", [(), ("--lecture-settings",)])
def test_jets(run, jets_file, settings):
    words = ("--data", jets_file, "--epochs", 8, "--learning-rate", 0.01, *settings)
    metrics, pictures = run("jets", *words)
    scores = metrics["splits"]["test"]["scores"]["network"]["class"]
    assert scores["accuracy"] > 0.4  # guessing reaches 0.2
    assert pictures == {"history", "confusion", "roc", "reliability"}


def test_rare_classes(run, tmp_path):
    """Class weights do not change the probabilities; `--decide` changes the predicted class."""
    random = np.random.default_rng(0)
    rare = np.arange(900) < 63
    frame = pd.DataFrame(
        {"x": random.normal(size=900) + 1.5 * rare, "y": np.where(rare, "rare", "common")}
    )
    frame.to_csv(tmp_path / "table.csv", index=False)
    found = {}
    for options in ((), ("--class-weights", "balanced"), ("--decide", "balanced")):
        words = ("--data", tmp_path / "table.csv", "--target", "y", *options)
        metrics, _ = run("table", *words, "--epochs", 15, "--members", 2, "--overwrite")
        found[options[-2:]] = metrics["splits"]["test"]["scores"]
    plain, weighted, balanced = found.values()
    for scores in (plain, weighted):
        gap = scores["network"]["y"]["log_loss"] - scores["logistic regression"]["y"]["log_loss"]
        assert gap < 0.02  # it was 0.3 when weights shifted the probabilities
    for method in ("network", "logistic regression", "boosted trees"):  # like with like
        recall = [s[method]["y"]["balanced_accuracy"] for s in (plain, balanced)]
        assert recall[1] > recall[0] + 0.1


def test_dense_digits_have_no_feature_maps(run):
    _, pictures = run("digits", "--model", "dense", "--epochs", 1)
    assert pictures == {"history", "confusion", "roc", "reliability", "mistakes"}


def test_pictures_of_your_own_train_and_predict(run, saved_models, tmp_path, capsys):
    from PIL import Image

    random = np.random.default_rng(0)
    for label, colour in (("red", (200, 30, 30)), ("blue", (30, 30, 200))):
        (tmp_path / "pictures" / label).mkdir(parents=True)
        for number in range(30):
            noise = random.integers(-25, 25, (12, 12, 3))
            Image.fromarray((np.array(colour) + noise).astype("uint8")).save(
                tmp_path / "pictures" / label / f"{number}.png"
            )
    (tmp_path / "pictures" / "red" / "broken.png").write_bytes(b"nothing")
    metrics, _ = run("images", "--data", tmp_path / "pictures", "--epochs", 12)
    assert "skipped 1 unreadable picture: red/broken.png" in capsys.readouterr().out
    scores = metrics["splits"]["test"]["scores"]
    assert scores["network"]["label"]["accuracy"] > 0.9
    assert set(scores) == {"network", "logistic regression"}
    output, picture = tmp_path / "predictions.csv", tmp_path / "pictures" / "blue" / "3.png"
    words = ["--data", str(picture), "--output", str(output)]
    evaluate.main([str(saved_models / "images"), *words])
    assert pd.read_csv(output)["label_predicted"].tolist() == ["blue"]


def test_tensorboard_logs_are_kept(saved_models):
    train.main(["function", "--samples", "100", "--epochs", "1", "--tensorboard"])
    assert list((saved_models / "function" / "logs").rglob("events.out.*"))

"""The variational autoencoder on digits, on tables, and on a density in the plane."""

import json

import keras
import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal

import evaluate
import train
from errors import Diverged, UserError
from evaluation.evaluation import Headline
from evaluation.likelihood_baselines import list_candidates
from evaluation.vae import advise, find_active, tabulate_parts, tabulate_units
from experiments.generative.vae import Vae
from models.likelihoods import Likelihood
from runs.run import Run
from tests.checks import answer_alone, check_experiment

ENDPOINTS = ("serve", "score", "log_prob", "encode", "decode", "generate")
QUICK = ("--hidden", 32, "--loop", "graph", "--learning-rate", 0.005)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder for the runs of this file."""
    folder = tmp_path_factory.mktemp("vae") / "saved_models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        yield folder


@pytest.fixture(scope="module")
def digits(runs):
    pictures = ("history", "samples", "nearest-training-pictures", "latent-plane")
    pictures += ("latent-map", "reconstructions")
    options = (*QUICK, "--epochs", 12, "--latent", 3)
    return check_experiment("vae", runs, *options, endpoints=ENDPOINTS, pictures=pictures)


def train_vae(folder, *words):
    """Train; return the run."""
    train.main(["vae", "--overwrite", *map(str, (*QUICK, *words))])
    return Run(folder / "vae")


def evaluate_run(run):
    """Evaluate; return `metrics.json`."""
    evaluate.main([str(run.folder)])
    return json.loads((run.folder / "metrics.json").read_text())


def test_its_scores(digits):
    _, metrics = digits
    found = metrics["splits"]["test"]["scores"]
    scores = {name: score["density"]["negative_log_likelihood"] for name, score in found.items()}
    kinds = ["network", "network", "independent pixels", "probabilistic PCA", "Gaussian mixture"]
    assert [name.split(",")[0].split(" (")[0] for name in scores] == kinds
    assert scores["network"] < scores["network, lower bound (ELBO)"]
    assert scores["network"] < scores["independent pixels"] == pytest.approx(107.8, abs=0.1)
    parts = metrics["parts"]
    assert parts["elbo"] == pytest.approx(parts["reconstruction"] - parts["divergence"], rel=1e-4)
    assert metrics["active_units"] == 3 and metrics["collapsed_units"] == []
    assert found["network"]["samples"] == metrics["samples"]["network"]


def test_units_that_tell_next_to_nothing_collapsed():
    """A mean with a variance v and a code with the variance 1 - v have -log(1 - v) / 2 nats."""
    random = np.random.default_rng(0)

    def encode(variances):
        variances = np.array(variances)
        mean = random.normal(size=(4000, len(variances))) * variances**0.5
        return {"mean": mean, "std": np.broadcast_to((1 - variances) ** 0.5, mean.shape)}

    code = encode([0.5, 0.014, 0.05, 0.3])  # 0.35, 0.007, 0.026 and 0.18 nats
    assert find_active(code).tolist() == [True, False, False, True]
    assert ["collapsed", "2: 2, 3"] in tabulate_units(find_active(code), code)
    code = encode([0.014, 0.05])
    assert tabulate_units(find_active(code), code)[1] == ["in use", 0]
    (line,) = advise(Headline("negative log likelihood", 1.0, 1.0, ""), find_active(code), 100)
    assert line.startswith("all 2 latent units collapsed") and "is enough" not in line


def test_the_same_seed_gives_the_same_pictures_in_every_process(digits, tmp_path):
    folder, _ = digits
    request = {"count": np.int32(7), "seed": np.int32(5), "temperature": np.float32(0.7)}
    here = Run(folder).predict(request, "generate")["image"]
    alone = answer_alone(folder, request, tmp_path, "generate")["image"]
    assert here.shape == alone.shape == (7, 8, 8, 1)
    np.testing.assert_allclose(here, alone, atol=1)
    usual = Run(folder).predict({"count": 7, "seed": 5}, "generate")["image"]
    explicit = Run(folder).predict(request | {"temperature": 1.0}, "generate")["image"]
    np.testing.assert_array_equal(usual, explicit)
    cold = Run(folder).predict(request | {"temperature": 0.0}, "generate")["image"]
    assert (cold == cold[:1]).all() and (here != usual).any()


def test_scores_of_a_row_are_the_same_in_every_batch(digits):
    run = Run(digits[0])
    rows = {"image": np.random.default_rng(0).integers(0, 17, (5, 8, 8, 1)).astype("float32")}
    scores, one = run.predict(rows, "score"), run.predict({"image": rows["image"][2:3]}, "score")
    assert set(scores) == {"elbo", "log_prob", "reconstruction", "divergence"}
    for name, values in scores.items():
        np.testing.assert_allclose(values[2:3], one[name], rtol=1e-4)
    served = run.predict(rows)
    assert served["image"].shape == (5, 8, 8, 1) and np.isfinite(served["elbo"]).all()


def test_encode_and_decode(digits):
    run = Run(digits[0])
    rows = {"image": np.full((4, 8, 8, 1), 9, "float32")}
    code = run.predict(rows, "encode")
    assert code["mean"].shape == code["std"].shape == (4, 3) and (code["std"] > 0).all()
    decoded = run.predict({"latent": code["mean"]}, "decode")["image"]
    np.testing.assert_array_equal(decoded, run.predict(rows)["image"])
    assert (decoded == np.round(decoded)).all() and decoded.max() <= 16


@pytest.mark.parametrize(
    "words",
    [
        ("--likelihood", "gaussian", "--spread", "row"),
        ("--binarise", "random", "--pixels", "drawn"),
    ],
)
def test_other_likelihoods(saved_models, words):
    run = train_vae(saved_models, *words, "--epochs", 2, "--latent", 3)
    drawn = run.predict({"count": 50, "seed": 0}, "generate")["image"]
    assert drawn.min() >= 0 and drawn.max() <= 16
    if "drawn" in words:
        assert set(np.unique(drawn)) == {0, 16}
    scores = run.predict({"image": drawn}, "score")
    assert (scores["log_prob"] > scores["elbo"]).all()


@pytest.mark.parametrize(
    ("options", "block"),
    [
        ({}, ("logistic", 64, 16)),
        ({"likelihood": "binomial"}, ("binomial", 64, 16)),
        ({"binarise": "threshold"}, ("binomial", 64, 1)),
        ({"likelihood": "gaussian"}, ("gaussian", 64)),
    ],
)
def test_the_likelihood_of_a_pixel_is_chosen_by_its_values(options, block):
    topic = Vae(**options)
    data = topic.load()
    assert topic.choose_blocks(data) == (block,)
    noise = topic.find_noise(data)
    assert noise == ((1 / 16,) * 64 if block[0] == "gaussian" else ())
    log_size = 64 * np.log(16) if block[0] == "gaussian" else 0
    assert topic.log_size(data) == pytest.approx(log_size)
    rows = topic.encode(data.train.inputs, data)
    assert {"independent pixels"} <= set(list_candidates(rows, (block,), 8, 0.0, table=False))


def test_the_loss_of_keras_io():
    """Grey values with a Bernoulli likelihood: the sum of binary cross-entropies."""
    topic = Vae(likelihood="bernoulli")
    data = topic.load()
    assert topic.is_cross_entropy(data)
    assert not Vae(likelihood="bernoulli", binarise="threshold").is_cross_entropy(data)
    x = topic.encode(data.test.inputs, data)
    logits = np.random.default_rng(0).normal(size=x.shape).astype("float32")
    found = Likelihood(topic.choose_blocks(data)).log_prob(x, logits)
    expected = 64 * keras.losses.binary_crossentropy(x, logits, from_logits=True)
    np.testing.assert_allclose(found, -expected, rtol=1e-4)
    parts = {name: np.array([2.0]) for name in ("reconstruction", "divergence", "log_prob")}
    rows = tabulate_parts(parts | {"elbo": np.array([-137.0])}, is_cross_entropy=True)
    assert rows[-1] == ["keras.io loss, the negative ELBO (no likelihood)", 137.0]
    assert {"independent pixels", "mixture of Bernoullis"} == set(
        list_candidates(x, topic.choose_blocks(data), 2, 0.0, table=False)
    )


# Tables


@pytest.fixture
def table(tmp_path):
    """A Gaussian of two columns in units far from 1, a constant, and a category with gaps."""
    random = np.random.default_rng(0)
    mean, factor = np.array([5e6, -3e-7]), np.array([[2e4, 0], [8e-9, 6e-9]])
    rows = mean + random.normal(size=(3000, 2)) @ factor.T
    frame = pd.DataFrame(rows, columns=["mass [kg]", "b"]).assign(constant=1.5)
    frame.to_csv(tmp_path / "table.csv", index=False)
    return tmp_path / "table.csv", frame, mean, factor


def test_a_gaussian_table_in_raw_units(saved_models, table):
    path, frame, mean, factor = table
    run = train_vae(saved_models, "--data", path, "--latent", 1, "--epochs", 25)
    assert set(run.config["endpoints"]["score"]) == {"mass [kg]", "b"}
    scale = np.sqrt(np.diag(factor @ factor.T))
    known = multivariate_normal(cov=factor @ factor.T / np.outer(scale, scale))
    expected = known.logpdf((frame.to_numpy()[:500, :2] - mean) / scale) - np.log(scale).sum()
    inputs = {name: frame[name].to_numpy()[:500].copy() for name in ("mass [kg]", "b")}
    found = run.predict(inputs, "score")["log_prob"]
    assert np.abs(found - expected).mean() < 0.1
    inputs["b"][3] = np.nan
    for endpoint, score in (("serve", "elbo"), ("score", "log_prob")):
        assert np.flatnonzero(np.isnan(run.predict(inputs, endpoint)[score])).tolist() == [3]
    drawn = run.predict({"count": 5000, "seed": 0}, "generate")
    np.testing.assert_allclose(np.corrcoef(drawn["mass [kg]"], drawn["b"])[0, 1], 0.8, atol=0.05)
    np.testing.assert_allclose(drawn["b"].std(), 1e-8, rtol=0.1)


def test_whole_numbers_and_categories(saved_models, tmp_path):
    random = np.random.default_rng(0)
    colour = random.choice(["red", "blue"], 3000, p=[0.3, 0.7])
    count = random.poisson(np.where(colour == "red", 2, 12))
    frame = pd.DataFrame({"n": count, "colour": colour, "x": count + random.normal(size=3000)})
    frame.to_csv(tmp_path / "table.csv", index=False)
    run = train_vae(saved_models, "--data", tmp_path / "table.csv", "--latent", 2, "--epochs", 25)
    metrics = evaluate_run(run)
    drawn = run.predict({"count": 4000, "seed": 0}, "generate")
    assert drawn["n"].tolist() == np.round(drawn["n"]).tolist()
    assert set(drawn["colour"]) == {"red", "blue"}
    assert (drawn["colour"] == "red").mean() == pytest.approx(0.3, abs=0.07)
    assert drawn["n"][drawn["colour"] == "red"].mean() < 5
    assert drawn["n"][drawn["colour"] == "blue"].mean() > 9
    scores = {
        name.split(",")[0]: score["density"]["negative_log_likelihood"]
        for name, score in metrics["splits"]["test"]["scores"].items()
    }
    assert {"independent columns", "mixture of independent columns"} <= set(scores)
    assert scores["network"] < scores["independent columns"] - 0.5


def test_points_have_a_map_of_their_density(saved_models):
    run = train_vae(saved_models, "--data", "banana", "--samples", 1500, "--epochs", 20)
    metrics = evaluate_run(run)
    assert (run.folder / "plots" / "log-density.png").exists()
    scores = metrics["splits"]["test"]["scores"]
    assert {"truth", "network"} < set(scores)
    assert metrics["samples"]["network"]["good"] > 0.75


# Mistakes and failures


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--latent", "65"), "--latent must be at most 64, the number of features"),
        (("--latent", "-1"), "--latent must be a number from 0"),
        (("--beta", "-1"), "--beta must be"),
        (("--data", "moons", "--latent", "3"), "--latent must be at most 2"),
        (("--data", "moons", "--binarise", "threshold"), "--binarise is for pictures"),
        (("--data", "moons", "--likelihood", "binomial"), "--likelihood binomial is for pictures"),
        (("--likelihood", "logistic", "--binarise", "random"), "Choose bernoulli"),
        (("--data", "mons"), "Did you mean moons"),
    ],
)
def test_mistakes(saved_models, words, message):
    with pytest.raises(UserError, match=message):
        train.main(["vae", *words])


def test_a_column_with_the_name_of_the_bound(saved_models, tmp_path):
    pd.DataFrame({"a": np.arange(60.0), "elbo": np.arange(60.0)}).to_csv(tmp_path / "rows.csv")
    with pytest.raises(UserError, match="column 'elbo' has the name of .* Rename it"):
        train.main(["vae", "--data", str(tmp_path / "rows.csv")])
    assert not (saved_models / "vae").exists()


def test_collapsed_units_are_a_failed_training(saved_models):
    with pytest.raises(Diverged, match="every row has the same code: all 2 latent units"):
        train.main(["vae", *map(str, QUICK), "--epochs", "4", "--latent", "2", "--beta", "1000"])

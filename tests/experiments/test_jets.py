"""Jets by their particles: training, the exported signature, baselines of features."""

import numpy as np
import pytest

from datasets.showers import draw_jets
from runs.run import Run
from tests.checks import answer_alone, check_experiment

SMALL = ("--samples", 1000, "--width", 8, "--particles", 12, "--learning-rate", 0.01)
PICTURES = ("history", "confusion", "roc", "reliability", "jets")


@pytest.fixture(scope="module")
def tagger(tmp_path_factory):
    """An interaction network of a few jets."""
    folder = tmp_path_factory.mktemp("jets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        words = (*SMALL, "--model", "interaction", "--epochs", 30)
        return check_experiment("jets", folder, *words, pictures=PICTURES)


def test_particles_are_scored_beside_features(tagger):
    _, metrics = tagger
    scores = metrics["splits"]["test"]["scores"]
    assert list(scores) == ["network", "dense network of features", "boosted trees of features"]
    assert scores["network"]["class"]["roc_auc"] > 0.7  # guessing has 0.5
    assert scores["boosted trees of features"]["class"]["roc_auc"] > 0.85


def test_the_saved_model_takes_any_number_of_particles(tagger, tmp_path):
    folder, _ = tagger
    x, _ = draw_jets(4, 20, 7)
    answers = answer_alone(folder, {"particles": x, "length": np.zeros(4, "int32")}, tmp_path)
    probabilities = answers["class_probabilities"]
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    # The rest of a list may be 0 or NaN, and the particles have no order.
    missing = np.where(x[:, :, :1] > 0, x, np.nan)
    for other in (missing, x[:, ::-1]):
        found = Run(folder).predict({"particles": other})["class_probabilities"]
        np.testing.assert_allclose(found, probabilities, atol=1e-5)


@pytest.mark.parametrize("model", ["cnn1d", "gru", "transformer"])
def test_other_networks(model, saved_models):
    words = (*SMALL, "--model", model, "--epochs", 1)
    check_experiment("jets", saved_models, *words, pictures=PICTURES)


def test_features_by_default(saved_models):
    check_experiment("jets", saved_models, "--samples", 400, "--epochs", 2, pictures=PICTURES[:4])

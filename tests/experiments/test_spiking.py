"""Spiking networks from training to the raster: answers, costs, traces, and mistakes."""

import numpy as np
import pytest

import train
from datasets.digits import load_digits
from errors import UserError
from runs.run import Run
from tests.checks import answer_alone, check_experiment

QUICK = ("--filters", 8, 8, "--units", 32, "--steps", 4, "--epochs", 8)


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """A small spiking network and its twin with ReLU on scikit-learn's digits."""
    folder = tmp_path_factory.mktemp("spiking")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        return check_experiment(
            "spiking",
            folder,
            *QUICK,
            endpoints=("serve", "relu", "trace"),
            pictures=("raster", "confusion", "history"),
        )


def test_accuracy_and_costs_stand_beside_relu(digits):
    _, metrics = digits
    costs = metrics["costs"]
    assert list(costs) == ["spiking", "ReLU"]
    network = metrics["splits"]["test"]["scores"]["network"]["digit"]
    assert costs["spiking"]["accuracy"] == network["accuracy"] > 0.85
    assert costs["ReLU"]["accuracy"] > 0.85
    # ReLU: 8 x 8 pixels with 9 neighbours but at the borders, 22^2 in all, into 8 channels; ...
    first, second = 22**2 * 8, 11**2 * 8 * 8
    assert costs["ReLU"]["multiply_adds"] == first + second + 4 * 4 * 8 * 32 + 32 * 10
    assert costs["spiking"]["multiply_adds"] == first
    assert 0 < costs["ReLU"]["synaptic_operations"] < costs["ReLU"]["multiply_adds"]
    most = 4 * (costs["ReLU"]["multiply_adds"] - first)  # every neuron fires at all four steps
    assert 0 < costs["spiking"]["synaptic_operations"] < most
    layers = metrics["layers"]
    assert [layer["neurons"] for layer in layers.values()] == [512, 128, 32]
    assert all(0 < layer["rate"] < 1 for layer in layers.values())


def test_the_saved_model_traces_its_neurons(digits, tmp_path):
    folder, _ = digits
    x = load_digits(42).test.inputs["image"][:6]
    trace = answer_alone(folder, {"image": x}, tmp_path, "trace")
    assert trace["neurons_2_spikes"].shape == (6, 4, 4, 4, 8)
    spikes, potentials = trace["neurons_3_spikes"], trace["neurons_3_potentials"]
    np.testing.assert_array_equal(spikes, potentials >= 1)
    answers = answer_alone(folder, {"image": x}, tmp_path)
    np.testing.assert_allclose(answers["digit_probabilities"].sum(axis=1), 1, atol=1e-5)
    # Each spike of the last layer reaches the ten digits.
    last = 10 * spikes.sum(axis=(1, 2)) + 32 * trace["neurons_2_spikes"].sum(axis=(1, 2, 3, 4))
    assert (answers["synaptic_operations"] > last).all()
    assert answers["spikes"] == pytest.approx(
        sum(trace[f"neurons_{k}_spikes"].reshape(6, -1).sum(axis=1) for k in (1, 2, 3))
    )
    network = Run(folder).network  # Keras reads the layers of this project
    assert network.name == "spiking"


def test_the_potentials_follow_the_rule_of_the_reset(digits):
    """What a run traces is U(t) = b V(t - 1) + I(t), with the constant current of its picture."""
    folder, _ = digits
    x = load_digits(42).test.inputs["image"][:3]
    trace = Run(folder).predict({"image": x}, "trace")
    spikes, potentials = (
        trace[f"neurons_1_{name}"].astype("float64") for name in ("spikes", "potentials")
    )
    kept = potentials - spikes  # (pictures, steps, ...)
    current = potentials[:, 0]
    moved = np.abs(kept[:, 0]) > 0.05
    decay = ((potentials[:, 1] - current) / np.where(moved, kept[:, 0], 1))[moved]
    assert decay.std() < 1e-4 and 0 < decay.mean() < 1  # one decay for the layer
    for step in range(1, 4):
        expected = decay.mean() * kept[:, step - 1] + current
        np.testing.assert_allclose(potentials[:, step], expected, atol=1e-4)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--steps", 0), "--steps must be a number from 1"),
        (("--data", "digit"), "Did you mean digits?"),
        (("--data", "moons"), "--data moons: expected pictures"),
        (("--reset", "hard"), "reset"),
    ],
)
def test_mistakes(words, message, saved_models):
    with pytest.raises(UserError, match=message):
        train.main(["spiking", *map(str, words)])

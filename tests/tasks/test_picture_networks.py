"""The networks of pictures have the layers that the options name."""

import numpy as np
import pytest

from datasets.pictures import make_picture_dataset
from experiments.images.digits import Digits
from experiments.images.images import Images
from experiments.images.mnist import Mnist

TOPICS = {"digits": (Digits, 8), "mnist": (Mnist, 28), "images": (Images, 16)}


def build(name, **options):
    kind, size = TOPICS[name]
    images = np.zeros((200, size, size, 1), "float32")
    data = make_picture_dataset("made", images, np.arange(200) % 10, 0, "digit", 16.0)
    experiment = kind(**options)
    experiment.check()
    return experiment.resolved().build(data)


def sizes(model, kind, name):
    """Return the channels, units or rates of all layers of a class but the last layer."""
    layers = [layer for layer in model.layers[:-1] if type(layer).__name__ == kind]
    return [getattr(layer, name) for layer in layers]


@pytest.mark.parametrize("name", TOPICS)
def test_the_layers_of_the_cnn(name):
    model = build(name, filters=(3, 5), hidden=(7, 6), dropout=0.1)
    assert sizes(model, "Conv2D", "filters") == [3, 3, 5, 5]
    assert sizes(model, "Dense", "units") == [7, 6]
    assert sizes(model, "Dropout", "rate") == [0.1, 0.1, 0.2, 0.2]


@pytest.mark.parametrize("name", TOPICS)
def test_the_layers_of_the_dense_network(name):
    model = build(name, model="dense", hidden=(7,), dropout=0.0)
    assert sizes(model, "Dense", "units") == [7] and not sizes(model, "Dropout", "rate")


@pytest.mark.parametrize(
    ("name", "model", "filters", "units"),
    [
        ("digits", "cnn", [32, 32, 64, 64], [128]),
        ("digits", "dense", [], [256, 128]),
        ("mnist", "cnn", [16, 16, 32, 32, 64, 64], [128]),
        ("mnist", "dense", [], [512, 256]),
        ("images", "cnn", [16, 16, 32, 32, 64, 64], [128]),
    ],
)
def test_the_usual_layers(name, model, filters, units):
    network = build(name, model=model)
    assert sizes(network, "Conv2D", "filters") == filters
    assert sizes(network, "Dense", "units") == units

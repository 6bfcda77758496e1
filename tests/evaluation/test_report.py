"""The report's parts: worst predictions, captions, facts about data and network."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from datasets.dataset import Split, Target
from evaluation.captions import find_caption
from evaluation.evaluation import Headline
from evaluation.mistakes import tabulate_mistakes
from evaluation.report import (
    describe_data,
    describe_headline,
    describe_inputs,
    describe_network,
    describe_weights,
    show_pictures,
    tabulate_classes,
)
from runs.layers import describe_layers


def test_mistakes_have_all_columns_and_whole_dates():
    inputs = {f"column {number}": np.arange(3.0) / 7 for number in range(8)}
    inputs["day"] = np.array(["2024-05-31T00:00:00", "2024-06-01T12:30:00", ""], object)
    inputs["size"] = np.array([13.38, np.nan, 1.0], "float32")
    split = Split(inputs, {"kind": np.array(["a", "b", "a"])})
    probabilities = np.array([[0.2, 0.8], [0.9, 0.1], [0.9, 0.1]])
    predicted = {"kind": np.array(["b", "a", "a"]), "kind_probabilities": probabilities}
    header, *rows = tabulate_mistakes(Target("kind", classes=("a", "b")), split, predicted)
    assert len(header) == 13 and header[-3:] == ["true", "predicted", "confidence"]
    assert [row[8:] for row in rows] == [
        ["2024-06-01T12:30:00", "", "b", "a", "0.9"],
        ["2024-05-31", "13.38", "a", "b", "0.8"],
    ]
    assert rows[1][0] == "0" and rows[0][0] == "0.142857"


def test_largest_errors_of_a_regression():
    split = Split({"x": np.arange(30.0)}, {"y": np.zeros(30)})
    header, *rows = tabulate_mistakes(Target("y"), split, {"y": np.arange(30.0)})
    assert header == ["x", "true", "predicted", "absolute error"] and len(rows) == 10
    assert rows[0] == ["29", "0", "29", "29"]


def test_no_table_for_pictures_or_without_mistakes():
    split = Split({"x": np.zeros((3, 4, 4))}, {"y": np.zeros(3)})
    assert tabulate_mistakes(Target("y"), split, {"y": np.ones(3)}) == []
    split = Split({"x": np.zeros(3)}, {"y": np.zeros(3)})
    assert tabulate_mistakes(Target("y"), split, {"y": np.zeros(3)}) == []


@pytest.mark.parametrize(
    "name, begins",
    [
        ("roc", "True against false positives"),
        ("species-roc", "True against false positives"),
        ("slices-u", "The solution along"),
        ("formula-against-network", "The formula and"),
        ("extrapolation-x", "Network, formula and truth"),
    ],
)
def test_captions(name, begins):
    assert find_caption(name).startswith(begins)
    assert find_caption("unheard-of") == ""


def test_layers_of_an_ensemble_are_listed_once():
    from models.columns import DateFeatures
    from models.ensemble import ensemble

    def member():
        inputs = keras.Input((8,))
        return keras.Model(inputs, keras.layers.Dense(3, name="answer")(inputs))

    text = keras.Input((), dtype="string")
    network = ensemble([member(), member()])
    model = keras.Model(text, network(DateFeatures(0.0, 1.0)(text)))
    found = describe_layers(model)
    names = [row[0].strip() for row in found["layers"]]
    assert names[0].startswith("date_features")
    assert names[1:] == ["ensemble", "member_1", "answer", "member_2"]
    assert found["layers"][3] == ["    answer", "Dense", "3", 27] and found["parameters"] == 54
    assert found["imports"] == ["models.columns"]
    ((heading, page),) = describe_network(found)
    assert heading == "Network" and "import models.columns; keras.models.load_model(" in page
    assert describe_network(None) == []


def test_facts_about_the_data():
    target = {"name": "ill", "classes": ["no", "yes"], "class_weights": [0.5, 5.0]}
    data = {"source": "a table", "targets": [target], "remarks": ["left out: id"]}
    config = {"data": data, "inputs": {"age": {"has_missing": True}, "size": {}}}
    assert describe_data(config) == [
        ["source", "a table"],
        ["inputs", "age, size"],
        ["targets", "ill"],
        ["blanks filled", "age"],
        [
            "class weights",
            "ill: no 0.5, yes 5, in the training; the probabilities are corrected for them",
        ],
        ["note", "left out: id"],
    ]
    assert list(describe_weights({"targets": [{"name": "y", "classes": []}]})) == []
    counts = {"class_counts": {"ill": [["no", 90], ["yes", 10]]}}
    assert tabulate_classes(counts)["Classes of ill"][2] == ["yes", 10, "10.0%"]


def test_a_generator_is_given_no_rows():
    asked = ["count", "seed", "steps"]
    config = {
        "data": {"columns": ["x", "y"]},
        "inputs": {"count": {}, "seed": {}, "steps": {"default": 10}, "x": {}},
        "endpoints": {"serve": asked, "generate": asked, "log_prob": ["x"]},
    }
    assert describe_inputs(config) == [
        ["columns learned and drawn", "x, y"],
        [
            "given to draw",
            "count (number of rows), seed (the same one draws the same rows), steps (10)",
        ],
    ]
    config["endpoints"]["serve"] = ["x"]
    assert describe_inputs(config) == [["inputs", "x"]]


def test_the_history_of_a_game_has_its_own_caption(tmp_path):
    path = tmp_path / "history.png"
    path.write_bytes(b"")
    assert "validation loss" in show_pictures([path], SimpleNamespace(history={"loss": [1.0]}))
    game = SimpleNamespace(history={"loss": [1.0], "discriminator_loss": [1.0]})
    shown = show_pictures([path], game)
    assert "the generator and the discriminator" in shown and "validation loss" not in shown


def test_the_headline_in_words():
    assert describe_headline(Headline("accuracy of kind", 0.97931, 0.95, "boosted trees")) == (
        "accuracy of kind: 0.9793; best baseline, boosted trees: 0.95"
    )
    assert describe_headline(Headline("formula", "x^2")) == "formula: x^2"

"""Nodes of a graph: a training, its scores, and other graphs for the SavedModel."""

import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from errors import UserError
from runs.run import Run
from tests.checks import answer_alone, check_experiment


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nodes") / "saved_models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        yield check_experiment(
            "nodes", folder, "--epochs", 60,
            endpoints=("serve", "encode"), pictures=("history", "confusion", "embedding"),
        )  # fmt: skip


def test_its_scores(digits):
    _, metrics = digits
    scores = metrics["splits"]["test"]["scores"]
    accuracy = {name: found["digit"]["accuracy"] for name, found in scores.items()}
    assert accuracy["network"] > 0.95 > accuracy["logistic regression"]
    assert accuracy["most frequent class"] < 0.15
    assert accuracy["label propagation"] > 0.95 and "dense network" in accuracy


def test_the_graph_is_an_input(digits, tmp_path):
    """A node without edges, and without the rest of the graph, has the same answer."""
    folder, _ = digits
    features = np.random.default_rng(0).uniform(5, 8, (6, 64)).astype("float32")
    edges = np.array([[0, 1], [1, 2], [2, 0], [0, 1]], "int32")
    graph = {"features": features, "edges": edges}
    found = answer_alone(folder, graph, tmp_path)
    assert found["digit"].shape == (6,) and found["digit_probabilities"].shape == (6, 10)
    alone = {"features": features[5:], "edges": np.zeros((0, 2), "int32")}
    one = Run(folder).predict(alone)["digit_probabilities"]
    np.testing.assert_allclose(one[0], found["digit_probabilities"][5], rtol=1e-4)
    turned = Run(folder).predict(graph | {"edges": edges[:, ::-1]})["digit_probabilities"]
    np.testing.assert_allclose(turned, found["digit_probabilities"], rtol=1e-4)
    less = Run(folder).predict(graph | {"edges": edges[:1]})["digit_probabilities"]
    assert np.abs(less[0] - found["digit_probabilities"][0]).max() > 1e-4


def test_the_nodes_of_a_new_graph(digits, tmp_path, capsys):
    features = np.random.default_rng(0).uniform(5, 8, (6, 64))
    graph = {"x": features, "edges": np.array([[0, 1], [1, 2]]), "y": np.arange(6)}
    np.savez(tmp_path / "new.npz", **graph)
    words = ["--data", str(tmp_path / "new.npz"), "--output", str(tmp_path / "new.csv")]
    evaluate.main([str(digits[0]), *words])
    assert "digit, new (6 rows)" in capsys.readouterr().out
    found = pd.read_csv(tmp_path / "new.csv")
    assert found["node"].tolist() == found["digit"].tolist() == list(range(6))
    inputs = {"features": features.astype("float32"), "edges": graph["edges"]}
    expected = Run(digits[0]).predict(inputs)["digit_probabilities"]
    np.testing.assert_allclose(found["digit_probability_3"], expected[:, 3], rtol=1e-5)
    np.savez(tmp_path / "new.npz", **graph | {"x": features[:, :9]})
    with pytest.raises(UserError, match="expected 64 features of each node"):
        evaluate.main([str(digits[0]), *words])


@pytest.mark.parametrize(
    "words, reason",
    [
        (("--labelled", 0), "--labelled must be a number"),
        (("--dropout", 1), "--dropout must be a number from 0 to 0.99"),
        (("--labelled", 200), "class '0' has 178 nodes; --labelled 200 needs 202"),
    ],
)
def test_mistakes(words, reason, saved_models):
    with pytest.raises(UserError, match=reason):
        train.main(["nodes", *map(str, words)])

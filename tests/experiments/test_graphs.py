"""Whole graphs: a training, its scores, and other graphs for the SavedModel."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from errors import UserError
from runs.run import Run
from tests.checks import answer_alone, check_experiment

SMALL = ("--epochs", 40, "--units", 16, "--depth", 2)


@pytest.fixture(scope="module")
def triangles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("graphs") / "saved_models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        yield check_experiment(
            "graphs", folder, *SMALL, "--question", "triangle", "--node-features", "cycles",
            pictures=("history", "confusion", "examples", "score-by-size", "alike"),
        )  # fmt: skip


def test_cycles_tell_which_graphs_have_a_triangle(triangles):
    _, metrics = triangles
    scores = metrics["splits"]["test"]["scores"]
    accuracy = {name: found["triangle"]["accuracy"] for name, found in scores.items()}
    assert accuracy["network"] >= 0.99 and accuracy["Weisfeiler-Lehman kernel"] < 0.98
    assert 0.5 < accuracy["most frequent class"] < accuracy["Weisfeiler-Lehman kernel"]
    assert set(accuracy) == {
        "network", "most frequent class", "dense network, summed features",
        "Weisfeiler-Lehman kernel",
    }  # fmt: skip


def test_any_graphs_are_an_input(triangles, tmp_path):
    """Of any number of nodes, with edges in one direction or both; a graph may have no edge."""
    shapes = [nx.cycle_graph(6), nx.disjoint_union(*[nx.cycle_graph(3)] * 2), nx.path_graph(3)]
    union = nx.disjoint_union_all([*shapes, nx.empty_graph(2)])
    edges = np.array(union.edges, "int32")
    graph = np.repeat(np.arange(4, dtype="int32"), [6, 6, 3, 2])
    inputs = {"features": np.ones((17, 1), "float32"), "edges": edges, "graph": graph}
    found = answer_alone(triangles[0], inputs, tmp_path)
    assert found["triangle"].astype(str).tolist() == ["no", "yes", "no", "no"]
    twice = inputs | {"edges": np.concatenate([edges, edges[:, ::-1]])}
    probabilities = Run(triangles[0]).predict(twice)["triangle_probabilities"]
    np.testing.assert_allclose(probabilities, found["triangle_probabilities"], atol=1e-5)
    alone = {"features": np.ones((3, 1)), "edges": [[0, 1], [1, 2], [2, 0]], "graph": [0, 0, 0]}
    assert Run(triangles[0]).predict(alone)["triangle"].tolist() == ["yes"]


def test_numbers_of_own_graphs(saved_models, tmp_path):
    """Predict the number of edges, by attention and random features too."""
    random = np.random.default_rng(0)
    shapes = [nx.gnp_random_graph(6, random.uniform(), seed=k) for k in range(80)]
    edges = pd.DataFrame(
        [(number, a, b) for number, shape in enumerate(shapes) for a, b in shape.edges],
        columns=["graph", "source", "target"],
    )
    edges.to_csv(tmp_path / "edges.csv", index=False)
    nodes = pd.DataFrame({"graph": np.repeat(range(80), 6), "id": np.tile(range(6), 80)})
    nodes.to_csv(tmp_path / "nodes.csv", index=False)
    labels = [shape.number_of_edges() + 0.5 for shape in shapes]
    graphs = pd.DataFrame({"graph": range(80), "label": labels})
    graphs.to_csv(tmp_path / "graphs.csv", index=False)
    words = ("--data", tmp_path, *SMALL, "--node-features", "degree", "random", "--dropout", 0)
    _, metrics = check_experiment(
        "graphs", saved_models, *words, "--readout", "attention",
        pictures=("predicted-against-true", "examples", "score-by-size"),
    )  # fmt: skip
    assert metrics["splits"]["test"]["scores"]["network"]["label"]["R2"] > 0.5
    graphs.assign(label="").to_csv(tmp_path / "graphs.csv", index=False)
    evaluate.main([str(saved_models / "graphs"), "--data", str(tmp_path)])
    found = pd.read_csv(saved_models / "graphs" / "predictions.csv")
    assert found["graph"].tolist() == list(range(1, 81))
    assert np.corrcoef(found["label_predicted"], labels)[0, 1] > 0.7


def test_folds(saved_models, tmp_path, capsys):
    """The main score over the folds, and a file whose labels are known is scored."""
    owner = np.repeat(range(30), 3)
    nodes = {"graph": owner, "id": np.tile(range(3), 30), "heavy": owner % 2}
    tables = {
        "nodes": nodes,
        "edges": {"graph": range(30), "source": 0, "target": 1},
        "graphs": {"graph": range(30), "label": ["light", "heavy"] * 15},
    }
    for name, table in tables.items():
        pd.DataFrame(table).to_csv(tmp_path / f"{name}.csv", index=False)
    words = ("--data", tmp_path, "--folds", 3, "--epochs", 4, "--units", 8, "--depth", 1)
    folder, metrics = check_experiment("graphs", saved_models, *words)
    scores = metrics["folds"]["scores"]
    assert metrics["folds"]["metric"] == "accuracy" and len(scores) == 4
    assert all(len(values) == 3 for values in scores.values())
    assert scores["dense network, summed features"] == [1, 1, 1]
    assert len(pd.read_csv(folder / "folds.csv")) == 3
    capsys.readouterr()
    evaluate.main([str(folder), "--data", str(tmp_path), "--output", str(tmp_path / "new.csv")])
    assert "label, new (30 rows)" in capsys.readouterr().out
    found = pd.read_csv(tmp_path / "new.csv")
    assert {"graph", "label", "label_predicted", "label_probability_heavy"} <= set(found)


@pytest.mark.parametrize(
    "words, reason",
    [
        (("--depth", 0), "--depth must be a number"),
        (("--folds", 2), "--folds must be 3 or more"),
        (("--folds", 200), "--folds must be a number from 0 to 100"),
        (("--dropout", 1), "--dropout must be a number from 0 to 0.99"),
        (("--task", "regression"), "Target 'bipartite' is text; a regression needs numbers"),
        (("--node-features", "rings"), "rings"),
    ],
)
def test_mistakes(words, reason, saved_models):
    with pytest.raises(UserError, match=reason):
        train.main(["graphs", *map(str, words)])

"""Graphs from npz files and tables, their splits, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from datasets.dataset import Column
from datasets.graph import is_counts, load_graph, read_graph_to_predict
from errors import UserError

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(60, 4))
Y = np.repeat([0, 1, 2], 20)
EDGES = RANDOM.integers(0, 60, (150, 2))


def write(path, **changes):
    np.savez(path, **({"x": X, "edges": EDGES, "y": Y} | changes))
    return str(path)


def test_the_digits():
    data = load_graph("", 10, 0)
    assert [part.rows for part in (data.train, data.validation, data.test)] == [100, 500, 1197]
    assert data.context["features"].shape == (1797, 64) and len(data.context["edges"]) == 8985
    parts = (data.train, data.validation, data.test)
    assert sorted(np.concatenate([part.inputs["node"] for part in parts])) == list(range(1797))
    _, counts = np.unique(data.train.targets["digit"], return_counts=True)
    assert counts.tolist() == [10] * 10
    again = load_graph("", 10, 1)
    assert (again.train.inputs["node"] != data.train.inputs["node"]).any()


def test_an_npz_with_its_split(tmp_path):
    split = {
        "train_idx": np.arange(0, 60, 6),
        "val_idx": np.array([1]),
        "test_idx": np.array([5, 2]),
    }
    data = load_graph(write(tmp_path / "a.npz", **split), 10, 0)
    assert data.train.inputs["node"].tolist() == list(range(0, 60, 6))
    assert data.test.inputs["node"].tolist() == [2, 5]
    assert data.targets[0].classes == ("0", "1", "2")
    np.testing.assert_array_equal(data.context["edges"], EDGES)


def test_sparse_matrices_of_the_benchmark(tmp_path):
    words, links = csr_matrix((X > 1.5) * 1.0), csr_matrix((EDGES @ EDGES.T > 2000)[:60, :60] * 1.0)
    arrays = {
        f"{name}_{part}": np.asarray(getattr(matrix, part))
        for name, matrix in (("attr", words), ("adj", links))
        for part in ("data", "indices", "indptr", "shape")
    }
    np.savez(tmp_path / "b.npz", **arrays, labels=Y)
    data = load_graph(str(tmp_path / "b.npz"), 5, 0)
    np.testing.assert_array_equal(data.context["features"], words.toarray())
    assert {tuple(edge) for edge in data.context["edges"].tolist()} == set(
        zip(*links.nonzero(), strict=True)
    )
    assert is_counts(data.context["features"]) and not is_counts(X)
    del arrays["attr_data"]
    np.savez(tmp_path / "c.npz", **arrays, attr_matrix=X, labels=Y)
    data = load_graph(str(tmp_path / "c.npz"), 5, 0)
    np.testing.assert_allclose(data.context["features"], X, rtol=1e-6)


def test_a_graph_without_labels_is_predicted_but_not_trained(tmp_path):
    np.savez(tmp_path / "a.npz", x=X, edges=EDGES)
    folder = tmp_path / "tables"
    folder.mkdir()
    nodes = pd.DataFrame(X, columns=list("abcd")).assign(id=[f"n{k}" for k in range(60)])
    nodes.to_csv(folder / "nodes.csv", index=False)
    with pytest.raises(UserError, match=r"there is no edges.csv. Expected nodes.csv and edges.csv"):
        load_graph(str(folder), 5, 0)
    edges = pd.DataFrame(EDGES, columns=["source", "target"])
    ("n" + edges.astype(str)).to_csv(folder / "edges.csv", index=False)
    for path in (tmp_path / "a.npz", folder):
        frame, inputs = read_graph_to_predict(path, [Column("features", shape=(None, 4))], "kind")
        assert list(frame) == ["node"] and inputs["features"].shape == X.shape
        np.testing.assert_array_equal(inputs["edges"], EDGES)
    with pytest.raises(UserError, match="expected a folder with .* an npz with .* x, edges, y"):
        load_graph(str(tmp_path / "a.npz"), 5, 0)
    with pytest.raises(UserError, match="there is no column 'label'"):
        load_graph(str(folder), 5, 0)
    nodes.assign(b=nodes["b"].where(nodes["id"] != "n7")).to_csv(folder / "nodes.csv", index=False)
    with pytest.raises(UserError, match=r"nodes.csv, node 'n7': the column 'b' is missing"):
        read_graph_to_predict(folder, [Column("features", shape=(None, 4))], "kind")


def test_tables(tmp_path):
    nodes = pd.DataFrame(X, columns=list("abcd")).assign(id=[f"n{k}" for k in range(60)])
    nodes["label"] = np.where(Y == 0, "red", np.where(Y == 1, "blue", ""))
    nodes.to_csv(tmp_path / "nodes.csv", index=False)
    edges = pd.DataFrame({"source": ["n0", "n7"], "target": ["n5", "n59"]})
    edges.to_csv(tmp_path / "edges.csv", index=False)
    data = load_graph(str(tmp_path), 5, 0)
    assert data.context["edges"].tolist() == [[0, 5], [7, 59]]
    assert data.targets[0].classes == ("red", "blue")
    used = [part.inputs["node"].max() for part in (data.train, data.validation, data.test)]
    assert max(used) < 40 and any("20 nodes have no label" in text for text in data.remarks)
    edges.replace("n59", "n60").to_csv(tmp_path / "edges.csv", index=False)
    with pytest.raises(UserError, match=r"edges.csv, line 3: there is no node 'n60'. Did you mean"):
        load_graph(str(tmp_path), 5, 0)


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"edges": np.array([[0, 60]])}, "the edge 0, 60 ends in a node that is not there"),
        ({"x": np.where(X[7, 0] == X, np.nan, X)}, "node 7 has a feature that is missing"),
        ({"y": Y[:50]}, "the arrays are no graph: expected features"),
        ({"y": np.zeros(60)}, "expected labels of two classes or more"),
        ({"y": np.where(np.arange(60) < 3, 1, 0)}, "class '1' has 3 nodes; --labelled 5"),
        (
            {"train_idx": np.arange(10), "val_idx": [11], "test_idx": [50]},
            "'1' has no training node",
        ),
        ({"train_idx": np.arange(10), "val_idx": [], "test_idx": [50]}, "is empty"),
    ],
)
def test_mistakes(changes, reason, tmp_path):
    with pytest.raises(UserError, match=reason):
        load_graph(write(tmp_path / "a.npz", **changes), 5, 0)


def test_no_pickle_is_opened(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.array([{}], object), edges=EDGES, y=Y)
    with pytest.raises(UserError, match="cannot be read"):
        load_graph(str(tmp_path / "a.npz"), 5, 0)
    with pytest.raises(UserError, match="no such file or folder"):
        load_graph(str(tmp_path / "b.npz"), 5, 0)

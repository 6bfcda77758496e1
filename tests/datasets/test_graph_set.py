"""Sets of graphs from files and the atlas, their splits, and what is refused."""

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from datasets.atlas import load_atlas
from datasets.colour_refinement import colour_graphs, find_best_accuracy
from datasets.graph_rows import join_both_directions, join_graphs, pad_graphs
from datasets.graph_set import load_graph_set, read_graphs_to_predict
from errors import UserError

TRIANGLE, PATH = [(0, 1), (1, 2), (2, 0)], [(0, 1), (1, 2), (2, 3)]


def split_of(data):
    return [part.rows for part in (data.train, data.validation, data.test)]


def all_rows(data):
    return [row for part in (data.train, data.validation, data.test) for row in read_rows(part)]


def read_rows(split):
    """Return `(features, edges, label)` of each graph, the edges once as a set."""
    (labels,) = split.targets.values()
    for x, edges, nodes, label in zip(*split.inputs.values(), labels, strict=True):
        edges = {tuple(sorted(edge)) for edge in edges.tolist() if edge[0] >= 0}
        yield x[:nodes].tolist(), edges, label


# The atlas


def test_the_atlas_has_all_graphs_of_up_to_seven_nodes():
    """Of 1 to 7 nodes there are 1, 2, 4, 11, 34, 156 and 1044 graphs (OEIS A000088)."""
    data = load_graph_set("", "bipartite", "auto", 42)
    assert split_of(data) == [800, 201, 251]
    parts = (data.train, data.validation, data.test)
    nodes = np.concatenate([part.inputs["nodes"] for part in parts])
    assert np.bincount(nodes).tolist() == [0, 1, 2, 4, 11, 34, 156, 1044]
    assert data.columns[0].shape == (None, 1) and data.targets[0].classes == ("no", "yes")
    assert any("at most a share of 0.9936" in text for text in data.remarks)


@pytest.mark.parametrize(
    "question, count",
    [
        # OEIS A033995, bipartite: 1, 2, 3, 7, 13, 35, 88; A005470, planar: 1, 2, 4, 11, 33, 142,
        # 822; A006785, without a triangle: 1, 2, 3, 7, 14, 38, 107.
        ("bipartite", 149),
        ("planar", 1015),
        ("triangle", 1252 - 172),
    ],
)
def test_the_questions_against_published_numbers(question, count):
    assert (load_atlas(question).labels == "yes").sum() == count


# Rows and unions


def test_rows_become_unions_and_back():
    features = np.arange(14.0).reshape(7, 2)
    graph = np.array([1, 0, 1, 2, 0, 1, 2])  # in any order
    edges = join_both_directions(np.array([(0, 2), (2, 5), (4, 1), (5, 5), (2, 0)]))
    rows = pad_graphs(features, edges, graph, 3)
    assert rows["nodes"].tolist() == [2, 3, 2]
    assert rows["features"][1].tolist() == features[[0, 2, 5]].tolist()
    assert rows["edges"][1].tolist() == [[0, 1], [1, 0], [1, 2], [2, 1]]
    assert rows["edges"][2].tolist() == [[-1, -1]] * 4
    union = join_graphs(rows)
    assert union["graph"].tolist() == [0, 0, 1, 1, 1, 2, 2]
    assert union["edges"].tolist() == [[0, 1], [1, 0], [2, 3], [3, 2], [3, 4], [4, 3]]
    np.testing.assert_array_equal(union["features"], features[[1, 4, 0, 2, 5, 3, 6]])


# Colours


def test_colours_against_networkx():
    """Graphs have the same colour if and only if networkx' hashes agree."""
    graphs = nx.graph_atlas_g()[1:210]
    hashes = [nx.weisfeiler_lehman_graph_hash(graph, iterations=4) for graph in graphs]
    union = nx.disjoint_union_all(graphs)
    owner = np.repeat(np.arange(len(graphs)), [len(graph) for graph in graphs])
    edges = join_both_directions(np.array(union.edges))
    colours = colour_graphs(np.ones((len(owner), 1)), edges, owner, len(graphs))
    pairs = set(zip(hashes, colours.tolist(), strict=True))
    assert len(pairs) == len(set(hashes)) == len(set(colours.tolist())) < len(graphs)


def test_colours_see_as_far_as_any_number_of_layers():
    """Two pairs of paths with 22 nodes each differ only in the middle, five steps from an end."""
    pairs = [nx.disjoint_union(nx.path_graph(a), nx.path_graph(22 - a)) for a in (10, 11)]
    edges = join_both_directions(np.array(nx.disjoint_union(*pairs).edges))
    first, second = colour_graphs(np.ones((44, 1)), edges, np.repeat([0, 1], 22), 2)
    assert first != second


def test_the_best_accuracy_of_a_function_of_colours():
    colours = np.array([5, 5, 5, 9, 9, 2], "uint64")
    assert find_best_accuracy(colours, np.array(list("aabbba"))) == 5 / 6


# Files


def write_tu(folder, edges, graph, **files):
    folder.mkdir(exist_ok=True)
    lines = {"A": [f"{a}, {b}" for a, b in edges], "graph_indicator": graph, **files}
    for part, values in lines.items():
        text = "\n".join(map(str, values)) + "\n"
        (folder / f"SET_{part}.txt").write_text(text)
    return str(folder)


def small_tu(folder, count=20, **changes):
    """Triangles of the class 1 and paths of the class -1, with atoms as labels of nodes."""
    edges, graph, atoms, labels = [], [], [], []
    for number in range(count):
        shape, nodes = (TRIANGLE, 3) if number % 2 else (PATH, 4)
        start = len(graph) + 1
        edges += [(start + a, start + b) for a, b in shape]
        graph += [number + 1] * nodes
        atoms += [number % 3] * nodes
        labels.append(1 if number % 2 else -1)
    files = {"graph_labels": labels, "node_labels": atoms} | changes
    return write_tu(folder, files.pop("edges", edges), graph, **files)


def test_a_tu_folder(tmp_path):
    data = load_graph_set(small_tu(tmp_path / "a"), "planar", "auto", 0)
    assert split_of(data) == [12, 4, 4] and data.targets[0].classes == (-1, 1)
    for x, edges, label in all_rows(data):
        assert edges == ({(0, 1), (1, 2), (0, 2)} if label == 1 else set(PATH))
        assert np.sum(x, axis=1).tolist() == [1] * len(x) and len(x[0]) == 3


def test_many_labels_of_a_tu_folder_are_classes(tmp_path):
    labels = [*range(18), 0, 1]
    path = small_tu(tmp_path / "a", graph_labels=labels)
    with pytest.raises(UserError, match="class"):  # most of them have a single graph
        load_graph_set(path, "planar", "auto", 0)
    path = small_tu(tmp_path / "b", graph_labels=[0.5, *labels[1:]])
    assert not load_graph_set(path, "planar", "auto", 0).targets[0].classes


def test_a_tu_folder_with_numbers(tmp_path):
    values = np.linspace(0, 1, 40).reshape(20, 2)
    files = {"graph_attributes": [f"{a},{b}" for a, b in values], "edge_labels": [0]}
    path = small_tu(tmp_path / "a", **files)
    (tmp_path / "a" / "SET_graph_labels.txt").unlink()
    data = load_graph_set(path, "planar", "auto", 0)
    (target,) = data.targets
    assert not target.classes
    assert sorted(label for *_, label in all_rows(data)) == pytest.approx(values[:, 0].tolist())
    assert target.mean == pytest.approx(data.train.targets["label"].mean())
    text = " ".join(data.remarks)
    assert "2 columns; the first is predicted" in text and "SET_edge_labels.txt is not" in text


def gin_text(count=20, features=""):
    triangle = [f"5 2 1 2{features}", f"7 2 0 2{features}", f"5 2 0 1{features}"]
    path = [f"5 1 1{features}", f"9 1 0{features}"]
    graphs = [["3 1", *triangle] if k % 2 else ["2 0", *path] for k in range(count)]
    return "\n".join([str(count), *(line for graph in graphs for line in graph)])


def test_the_text_form_of_the_gin_paper(tmp_path):
    file = tmp_path / "MUTAG.txt"
    file.write_text(gin_text())
    for x, edges, label in all_rows(load_graph_set(str(file), "planar", "auto", 0)):
        if label:
            assert x == [[1, 0, 0], [0, 1, 0], [1, 0, 0]] and edges == {(0, 1), (0, 2), (1, 2)}
        else:
            assert x == [[1, 0, 0], [0, 0, 1]] and edges == {(0, 1)}
    file.write_text(gin_text(features=" 0.5 -2"))
    for x, _, _ in all_rows(load_graph_set(str(file), "planar", "auto", 0)):
        assert all(row[3:] == [0.5, -2] for row in x)


def test_new_graphs_have_the_features_of_the_training(tmp_path, capsys):
    columns = load_graph_set(small_tu(tmp_path / "a"), "planar", "auto", 0).columns
    assert columns[0].vocabulary == ("label=0", "label=1", "label=2")
    atoms = [2, 7, 7, 0] + [0] * 66
    new = small_tu(tmp_path / "b", node_labels=atoms)
    (tmp_path / "b" / "SET_graph_labels.txt").unlink()
    frame, rows = read_graphs_to_predict(Path(new), columns, "label")
    assert rows["features"][0].tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0], [1, 0, 0]]
    assert frame.to_dict("list") == {"graph": list(range(1, 21))}
    assert "has not seen: label=7" in capsys.readouterr().out
    with pytest.raises(UserError, match="is missing in every row"):
        load_graph_set(new, "planar", "auto", 0)
    write_tables(tmp_path)
    columns = load_graph_set(str(tmp_path), "planar", "auto", 0).columns
    with pytest.raises(UserError, match="no feature 'size', which the training had"):
        read_graphs_to_predict(Path(new), columns, "label")


def write_tables(folder, **changes):
    owner = [f"g{k}" for k in range(20) for _ in range(3)]
    tables = {
        "graphs": pd.DataFrame({"graph": [f"g{k}" for k in range(20)], "label": list("ab") * 10}),
        "nodes": pd.DataFrame({"graph": owner, "id": list("xyz") * 20, "size": range(60)}),
        "edges": pd.DataFrame({"graph": ["g0", "g19"], "source": "x", "target": ["y", "z"]}),
    }
    for name, table in (tables | changes).items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return tables


def test_tables(tmp_path):
    tables = write_tables(tmp_path)
    data = load_graph_set(str(tmp_path), "planar", "auto", 0)
    assert split_of(data) == [12, 4, 4]
    found = {x[0][0] // 3: (x, edges, label) for x, edges, label in all_rows(data)}
    assert found[0] == ([[0], [1], [2]], {(0, 1)}, "a")
    assert found[19] == ([[57], [58], [59]], {(0, 2)}, "b") and found[1][1] == set()
    parts = ["train"] * 12 + ["validation"] * 2 + ["test"] * 6
    write_tables(tmp_path, graphs=tables["graphs"].assign(split=parts))
    data = load_graph_set(str(tmp_path), "planar", "auto", 0)
    assert split_of(data) == [12, 2, 6]
    assert [row[0][0][0] // 3 for row in read_rows(data.test)] == list(range(14, 20))


def test_tables_without_labels_are_predicted_but_not_trained(tmp_path):
    tables = write_tables(tmp_path)
    columns = load_graph_set(str(tmp_path), "planar", "auto", 0).columns
    write_tables(tmp_path, graphs=tables["graphs"].drop(columns="label"))
    frame, rows = read_graphs_to_predict(tmp_path, columns, "label")
    assert list(frame) == ["graph"] and rows["features"].shape == (20, 3, 1)
    with pytest.raises(UserError, match="graphs.csv: there is no column 'label'"):
        load_graph_set(str(tmp_path), "planar", "auto", 0)


def test_a_class_in_the_test_part_only(tmp_path):
    tables = write_tables(tmp_path)
    labels = ["a"] * 8 + ["b"] * 9 + ["c"] * 3
    graphs = tables["graphs"].assign(label=labels, split=["train"] * 15 + ["test"] * 5)
    write_tables(tmp_path, graphs=graphs)
    with pytest.raises(UserError, match="class 'c' has no training graph, so that it cannot be"):
        load_graph_set(str(tmp_path), "planar", "auto", 0)


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"edges": [(1, 2), (3, 71)]}, "edge 2, 3 to 71, ends in a node that is not there"),
        ({"edges": [(0, 1)]}, "edge 1, 0 to 1, ends in a node that is not there"),
        ({"edges": [(1, "inf")]}, "SET_A.txt: expected whole numbers, 0 or larger. Received: inf"),
        ({"A": ["1, 2, 3"]}, "expected two numbers in each line"),
        ({"node_labels": ["nan"] * 70}, "node 1 has a feature that is missing"),
        ({"edges": [(1, 5)]}, "edge 1 joins nodes of two different graphs"),
        ({"node_labels": [1] * 69}, "has 70 nodes, and SET_node_labels.txt 69"),
        ({"node_attributes": ["nan"] * 70}, "node 1 has a feature that is missing"),
        ({"graph_labels": [1, 2] * 9}, "nodes of graph 20, and labels of 18 graphs"),
        ({"graph_labels": [1, 2] * 11}, "graph 21 has no node"),
        ({"graph_labels": ["x"] * 20}, "line 1: expected numbers. Received: 'x'"),
        ({"graph_labels": [1] * 20}, "is 1 in every row; there is nothing to learn"),
        ({"node_labels": ["1, 2"] * 69 + ["1"]}, "line 70: expected 2 numbers"),
    ],
)
def test_mistakes_in_a_tu_folder(changes, reason, tmp_path):
    with pytest.raises(UserError, match=reason):
        load_graph_set(small_tu(tmp_path / "a", **changes), "planar", "auto", 0)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "line 1: expected the number of graphs. Received: the end of the file"),
        ("1\n2 0\n0 1 1\n0 1 2", "line 4: expected 1 neighbour, numbered from 0 to 1. Received: 2"),
        ("1\n2 0\n0 2 1\n0 1 0", "line 3: expected 2 neighbours, numbered"),
        ("1\n2 0\n0 1 1", "line 4: expected tag, number of neighbours"),
        ("0", "line 1: expected whole numbers, 1 or larger. Received: 0"),
        ("1\n1.5 0", "line 2: expected whole numbers, 1 or larger. Received: 1.5"),
        ("1\n1 0\n0 inf", "line 3: expected whole numbers, 0 or larger. Received: inf"),
        ("4\n1 0\n0 0\n1 2.5\n0 0\n1 1\n0 0\n1 .5\n0 0", "4 graphs have a label; 10 are needed"),
        ("1\ntwo 0\n", "line 2: expected numbers. Received: 'two 0'"),
        ("2\n1 0\n0 0 .5\n1 1\n0 0", "nodes have 0 to 1 features"),
    ],
)
def test_mistakes_in_a_text(text, reason, tmp_path):
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(UserError, match=reason):
        load_graph_set(str(tmp_path / "a.txt"), "planar", "auto", 0)


def test_mistakes_in_tables(tmp_path):
    tables = write_tables(tmp_path)
    for changes, reason in (
        ({"edges": tables["edges"].replace("z", "q")}, "edges.csv, line 3: there is no node 'g19"),
        ({"nodes": tables["nodes"].replace("g7", "g77")}, "line 23: there is no graph 'g77'. Did"),
        ({"nodes": tables["nodes"].replace("z", "x")}, "nodes.csv has 'g0, x' twice"),
        (
            {"edges": tables["edges"].drop(columns="graph")},
            "edges.csv: there is no column 'graph', .* since the node 'x' is in several graphs",
        ),
        ({"nodes": tables["nodes"].assign(size="big")}, "column 'size' has text"),
        ({"nodes": tables["nodes"].drop(columns="id")}, "there is no column 'id'"),
    ):
        write_tables(tmp_path, **changes)
        with pytest.raises(UserError, match=reason):
            load_graph_set(str(tmp_path), "planar", "auto", 0)


def test_no_pickle_is_opened(tmp_path):
    (tmp_path / "a.pickle").write_bytes(b"\x80\x04\x95cos\nsystem\n.")
    with pytest.raises(UserError, match="a pickle is never opened"):
        load_graph_set(str(tmp_path / "a.pickle"), "planar", "auto", 0)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="expected a folder of the TU form"):
        load_graph_set(str(tmp_path / "empty"), "planar", "auto", 0)

"""Boxes do not overlap and all arrows point right, with and without dot."""

import itertools
import shutil

import numpy as np
import pytest

from plots.differentiation import plot_calculation_graph
from plots.layered_layout import lay_out_by_dot, lay_out_graph, lay_out_in_columns, separate

NODES = ["a", "b", "c", "ab", "bc", "abc", "sum", "f"]
EDGES = [("a", "ab"), ("b", "ab"), ("b", "bc"), ("c", "bc"), ("ab", "abc"), ("c", "abc"),
         ("abc", "sum"), ("bc", "sum"), ("sum", "f"), ("a", "f")]  # fmt: skip


@pytest.mark.parametrize("method", ["dot", "columns"])
def test_boxes_are_apart_and_arrows_go_right(method):
    if method == "dot" and not shutil.which("dot"):
        pytest.skip("needs Graphviz")
    if method == "dot":
        positions, curves = lay_out_by_dot("dot", NODES, EDGES, 1.0, 0.5)
    else:
        positions, curves = lay_out_in_columns(NODES, EDGES, 1.0, 0.5)
    assert set(positions) == set(NODES) and set(curves) == set(EDGES)
    for one, other in itertools.combinations(NODES, 2):
        (x, y), (u, v) = positions[one], positions[other]
        assert abs(x - u) > 1 or abs(y - v) > 0.5
    for (start, end), points in curves.items():
        assert positions[start][0] < positions[end][0]
        assert len(points) % 3 == 1 and np.abs(points[0] - positions[start]).max() < 0.51
        assert np.abs(points[-1] - positions[end]).max() < 0.51


def test_separated_values_are_the_closest_by_least_squares():
    assert separate([0.0, 0.0, 0.0, 9.0]) == [-1.0, 0.0, 1.0, 9.0]
    assert separate([0.0, 5.0, 5.5]) == [0.0, 4.75, 5.75]


def test_the_graph_shows_every_value_and_adjoint(drawn):
    labels = {"x": "$x$", "v": "$v = x^2$"}
    values, adjoints = {"x": 3.0, "v": 9.0}, {"x": 6.0, "v": 1.0}
    figure = drawn(plot_calculation_graph(labels, [("x", "v")], values, adjoints, "f = x^2"))
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert {"value  9", "adjoint  6", "value  3", "adjoint  1", "f = x^2"} <= set(texts)
    drawn(plot_calculation_graph({"x": "$x$"}, [], {"x": 3.0}, {"x": 1.0}))  # without a step


def test_the_layout_works_if_dot_does_not_run(monkeypatch, tmp_path):
    (tmp_path / "dot").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "dot").chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(tmp_path / name))
    positions, _ = lay_out_graph(NODES, EDGES, 1.0, 0.5)
    assert positions == lay_out_in_columns(NODES, EDGES, 1.0, 0.5)[0]

"""No box on another, and all arrows to the right: by dot, where it is installed, and without."""

import itertools
import shutil

import numpy as np
import pytest

from plots.calculation_graph import calculation_graph
from plots.layered_layout import apart, by_columns, by_dot, layered_layout

NODES = ["a", "b", "c", "ab", "bc", "abc", "sum", "f"]
EDGES = [("a", "ab"), ("b", "ab"), ("b", "bc"), ("c", "bc"), ("ab", "abc"), ("c", "abc"), ("abc", "sum"), ("bc", "sum"),
         ("sum", "f"), ("a", "f")]  # fmt: skip


@pytest.mark.parametrize("way", ["dot", "columns"])
def test_boxes_are_apart_and_arrows_go_right(way):
    if way == "dot" and not shutil.which("dot"):
        pytest.skip("needs Graphviz")
    places, curves = (
        by_dot("dot", NODES, EDGES, 1.0, 0.5)
        if way == "dot"
        else by_columns(NODES, EDGES, 1.0, 0.5)
    )
    assert set(places) == set(NODES) and set(curves) == set(EDGES)
    for one, other in itertools.combinations(NODES, 2):
        (x, y), (u, v) = places[one], places[other]
        assert abs(x - u) > 1 or abs(y - v) > 0.5
    for (start, end), points in curves.items():
        assert places[start][0] < places[end][0]
        assert len(points) % 3 == 1 and np.abs(points[0] - places[start]).max() < 0.51
        assert np.abs(points[-1] - places[end]).max() < 0.51


def test_apart_is_least_squares():
    assert apart([0.0, 0.0, 0.0, 9.0]) == [-1.0, 0.0, 1.0, 9.0]
    assert apart([0.0, 5.0, 5.5]) == [0.0, 4.75, 5.75]


def test_the_picture_tells_every_value_and_adjoint():
    labels = {"x": "$x$", "v": "$v = x^2$"}
    figure = calculation_graph(
        labels, [("x", "v")], {"x": 3.0, "v": 9.0}, {"x": 6.0, "v": 1.0}, "f = x^2"
    )
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert {"value  9", "adjoint  6", "value  3", "adjoint  1", "f = x^2"} <= set(texts)
    calculation_graph({"x": "$x$"}, [], {"x": 3.0}, {"x": 1.0})  # a formula without a step


def test_a_dot_that_does_not_run_is_done_without(monkeypatch, tmp_path):
    (tmp_path / "dot").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "dot").chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(tmp_path / name))
    places, _ = layered_layout(NODES, EDGES, 1.0, 0.5)
    assert places == by_columns(NODES, EDGES, 1.0, 0.5)[0]

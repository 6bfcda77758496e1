"""Pictures of graphs: panels, arrangement, and the score by size."""

import networkx as nx
import numpy as np
import pytest

from plots.graphs import arrange_nodes, plot_graphs, plot_score_by_size


def test_a_panel_for_each_graph(drawn):
    graphs = [(3, [(0, 1), (1, 2), (2, 0)]), (1, np.zeros((0, 2), int)), (5, [(0, 4)])]
    captions = ["a triangle", "a node", "nodes and an edge"]
    figure = drawn(plot_graphs(graphs, captions, "Three graphs"))
    assert [axes.get_title() for axes in figure.axes] == captions
    nodes = [len(axes.collections[0].get_offsets()) for axes in figure.axes]
    assert nodes == [3, 1, 5]
    weights = [np.ones(3) / 3, np.ones(1), np.arange(5) / 10]
    drawn(plot_graphs(graphs, captions, "Weights", weights))


def test_parts_stand_side_by_side():
    graph = nx.disjoint_union_all([nx.cycle_graph(3), nx.path_graph(4), nx.empty_graph(1)])
    places = arrange_nodes(graph)
    path, ring, alone = (
        [places[node][0] for node in part] for part in ((3, 4, 5, 6), (0, 1, 2), (7,))
    )
    assert max(path) < min(ring) and max(ring) < alone[0]
    assert set(places) == set(range(8))


def test_the_mean_of_each_size(drawn):
    sizes, right = np.repeat([3, 5, 9], [2, 4, 1]), [1, 0, 1, 1, 1, 0, 1]
    figure = drawn(plot_score_by_size(sizes, right, "accuracy"))
    (axes,) = figure.axes
    assert [bar.get_height() for bar in axes.patches] == pytest.approx([0.5, 0.75, 1])
    assert [text.get_text() for text in axes.get_xticklabels()] == ["3\n(2)", "5\n(4)", "9\n(1)"]
    many = drawn(plot_score_by_size(np.arange(50), np.ones(50), "mean error [eV]"))
    assert len(many.axes[0].patches) == 8

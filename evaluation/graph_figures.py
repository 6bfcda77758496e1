"""Pictures of graphs: examples, the accuracy by size, and graphs that look alike."""

import numpy as np

from datasets.colour_refinement import colour_graphs
from datasets.dataset import join_splits
from datasets.graph_rows import join_graphs
from plots.graphs import plot_graphs, plot_score_by_size

EXAMPLES = 8
DRAWN = 100  # nodes; larger graphs are not drawn


def draw_graphs(data, predictions, answer):
    """Return `{name: figure}` of the test graphs, given the network's predictions for them.

    Args:
        data: `datasets.dataset.Dataset` whose rows are graphs.
        predictions: `{output: (test graphs, ...)}`.
        answer: function of rows that answers as the network does.
    """
    (target,), test = data.targets, data.test
    true, predicted = test.targets[target.name], predictions[target.name]
    nodes = test.inputs["nodes"]
    if target.classes:
        sizes = plot_score_by_size(nodes, true == predicted, f"accuracy of {target.name}")
    else:
        sizes = plot_score_by_size(nodes, abs(true - predicted), f"mean error of {target.label}")
    figures = {"score-by-size": sizes}
    chosen = choose_examples(target, true, predicted, nodes)
    if len(chosen):
        captions = [f"predicted {show(predicted[row])}\ntrue {show(true[row])}" for row in chosen]
        title = f"{target.name}: test graphs, the wrongly predicted ones first"
        figures["examples"] = plot_graphs(take_edges(test.inputs, chosen), captions, title)
    alike = draw_alike(data, answer) if target.classes else None
    return figures | ({"alike": alike} if alike else {})


def show(value):
    """Return a label, or a number with three digits."""
    return f"{value:.3g}" if isinstance(value, (float, np.floating)) else str(value)[:20]


def choose_examples(target, true, predicted, nodes):
    """Return numbers of rows that are small enough to draw, mistakes and large errors first.

    Of a classification at most half are mistakes, and the classes of the others alternate.
    """
    small = np.flatnonzero(nodes <= DRAWN)
    if not target.classes:
        return small[np.argsort(-abs(true - predicted)[small], kind="stable")][:EXAMPLES]
    wrong = small[true[small] != predicted[small]][: EXAMPLES // 2]
    right = small[true[small] == predicted[small]]
    ranks = np.empty(len(right))  # of each graph among those of its class
    for label in target.classes:
        is_class = true[right] == label
        ranks[is_class] = np.arange(is_class.sum())
    others = right[np.argsort(ranks, kind="stable")]
    return np.concatenate([wrong, others])[:EXAMPLES]


def take_edges(rows, chosen):
    """Return `(nodes, edges)` of the chosen graphs."""
    return [
        (int(rows["nodes"][row]), rows["edges"][row][rows["edges"][row][:, 0] >= 0])
        for row in chosen
    ]


def draw_alike(data, answer):
    """Draw the two smallest graphs of different classes that message passing cannot tell apart, of
    all splits; None if there are none."""
    rows, (target,) = join_splits(data.train, data.validation, data.test), data.targets
    pair = find_alike(rows.inputs, rows.targets[target.name])
    if not len(pair):
        return None
    found = answer({name: x[pair] for name, x in rows.inputs.items()})
    probabilities = found[f"{target.name}_probabilities"]
    captions = [
        f"true {target.name}: {label}\n"
        + ", ".join(f"p({show(c)}) = {p:.4f}" for c, p in zip(target.classes, row, strict=True))
        for label, row in zip(rows.targets[target.name][pair], probabilities, strict=True)
    ]
    title = "Two graphs that message passing cannot tell apart by degrees and features alone"
    return plot_graphs(take_edges(rows.inputs, pair), captions, title)


def find_alike(rows, labels):
    """Return the numbers of the two smallest graphs of equal colours and different labels, `(2,)`,
    or of none, `(0,)`."""
    union = join_graphs(rows)
    features, edges, graph = union["features"], union["edges"], union["graph"]
    colours = colour_graphs(features, edges, graph, len(labels))
    sizes = (rows["edges"][..., 0] >= 0).sum(axis=1)
    order = np.lexsort((sizes, rows["nodes"]))
    first = {}
    for row in order:
        other = first.setdefault(colours[row], row)
        if labels[other] != labels[row]:
            return np.array([other, row])
    return np.array([], int)

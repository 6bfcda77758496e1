"""Simpler methods for whole graphs: their summed features, and the Weisfeiler-Lehman kernel."""

import time

import numpy as np
from scipy.sparse import coo_matrix
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

from datasets.colour_refinement import colour_nodes
from datasets.dataset import join_splits
from datasets.graph_rows import join_graphs
from evaluation.baselines import Baseline, fit_most_frequent, rank_by_margins

STEPS = 4  # of the refinement; by default the network has the same number of layers
STRENGTHS = {"C": np.logspace(-2, 4, 7)}  # of the SVM, from which cross-validation chooses


def fit_graph_baselines(data, encode):
    """Fit simpler methods to all but the test graphs: `{name: Baseline}`.

    Args:
        data: `datasets.dataset.Dataset` whose rows are graphs.
        encode: function of rows that returns them with scaled features, the computed ones too.
    """
    (target,) = data.targets
    rows = join_splits(data.train, data.validation)
    kernel = Kernel(rows.inputs, STEPS)
    perceptron, machine = (MLPClassifier, SVC) if target.classes else (MLPRegressor, SVR)
    methods = {
        "dense network, summed features": (
            lambda rows: encode(rows)["features"].sum(axis=1),  # (graphs, features)
            make_pipeline(
                StandardScaler(),
                perceptron(hidden_layer_sizes=(64,), max_iter=1000, random_state=0),
            ),
        ),
        "Weisfeiler-Lehman kernel": (
            kernel,
            GridSearchCV(machine(kernel="precomputed"), STRENGTHS),
        ),
    }
    found = fit_most_frequent(data) if target.classes else {}
    for name, (features, model) in methods.items():
        start = time.perf_counter()
        model.fit(features(rows.inputs), target.encode(rows.targets[target.name]))
        serve = make_serve(model, features, target)
        found[name] = Baseline({"serve": serve}, time.perf_counter() - start)
    return found


def make_serve(model, features, target):
    """Return a function of rows that answers as the SavedModel does."""

    def serve(rows):
        x = features(rows)
        if not target.classes:
            return {target.name: model.predict(x) * target.std + target.mean}
        if hasattr(model, "predict_proba"):
            probabilities = model.predict_proba(x)
        else:
            probabilities = rank_by_margins(model.decision_function(x))
        return {
            target.name: target.decide(probabilities),
            f"{target.name}_probabilities": probabilities,
        }

    return serve


class Kernel:
    """Weisfeiler-Lehman subtree kernel between graphs and those of the training.

    The nodes are coloured by their features, and in each step anew by their own and their
    neighbours' colours. Two graphs are as alike as the numbers of their nodes of each colour, in
    all steps:

        k(G, H) = sum over colours c of n_G(c) n_H(c),   divided by sqrt(k(G, G) k(H, H))

    Args:
        rows: training graphs, as from `datasets.graph_rows.pad_graphs`.
        steps: number of steps.

    Source: Shervashidze et al., Weisfeiler-Lehman graph kernels, JMLR 12, 2011.
    """

    def __init__(self, rows, steps):
        self.steps = steps
        self.training = self.count_colours(rows)

    def count_colours(self, rows):
        """Return the numbers of nodes, `(graphs, colours)` of length 1, and the colours."""
        union = join_graphs(rows)
        colours = colour_nodes(union["features"], union["edges"], self.steps)
        known, number = np.unique(colours, return_inverse=True)
        graph = np.tile(union["graph"], self.steps + 1)
        shape = len(rows["nodes"]), len(known)
        counts = coo_matrix((np.ones(len(graph)), (graph, number.ravel())), shape=shape).tocsr()
        norms = np.sqrt(counts.multiply(counts).sum(axis=1).A1)
        return counts.multiply(1 / norms[:, None]).tocsc(), known

    def __call__(self, rows):
        """Return the kernel of graphs with those of the training, `(graphs, training graphs)`."""
        (counts, colours), (other, known) = self.count_colours(rows), self.training
        _, here, there = np.intersect1d(colours, known, return_indices=True)
        return (counts[:, here] @ other[:, there].T).toarray()

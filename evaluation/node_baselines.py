"""Simpler classifiers of nodes: by features alone, and by the graph alone."""

import time

import numpy as np
from scipy.sparse import coo_matrix, diags
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from datasets.graph import is_counts
from evaluation.baselines import Baseline, fit_most_frequent

OWN_SHARE = 0.1  # of a node's own label in each step of the propagation
STEPS = 50


def fit_node_baselines(data):
    """Fit simpler methods to the training nodes, whose labels the network learns too: `{name:
    Baseline}`.

    The most frequent class is counted among training and validation nodes: the training nodes alone
    often have as many of each class.

    Args:
        data: `datasets.dataset.Dataset` from `datasets.graph.load_graph`.
    """
    (target,) = data.targets
    features, edges = data.context["features"].astype("float64"), data.context["edges"]
    if is_counts(features):
        features = features / np.maximum(features.sum(axis=1, keepdims=True), 1)
    else:
        features = StandardScaler().fit_transform(features)
    train = data.train.inputs["node"]
    labels = target.encode(data.train.targets[target.name])
    classes = np.arange(target.size)

    def fit_features(model):
        model.fit(features[train], labels)
        found = np.zeros((len(features), len(classes)))
        found[:, model.classes_] = model.predict_proba(features)
        return found

    methods = {
        "logistic regression": lambda: fit_features(LogisticRegression(C=100.0, max_iter=1000)),
        "dense network": lambda: fit_features(
            MLPClassifier((64,), tol=1e-3, max_iter=500, random_state=0)
        ),
        "label propagation": lambda: propagate_labels(
            edges, len(features), train, labels[:, None] == classes
        ),
    }
    found = fit_most_frequent(data)
    for name, fit in methods.items():
        start = time.perf_counter()
        probabilities = fit()

        def serve(inputs, probabilities=probabilities):
            chosen = probabilities[inputs["node"]]
            return {target.name: target.decide(chosen), f"{target.name}_probabilities": chosen}

        found[name] = Baseline({"serve": serve}, time.perf_counter() - start)
    return found


def propagate_labels(edges, nodes, train, labels):
    """Spread labels on a graph: each node takes the mean of its neighbours' and its own first one.

    Args:
        edges: `(edges, 2)`.
        nodes: number of nodes.
        train: numbers of the nodes whose label is known, `(rows,)`.
        labels: one-hot, `(rows, classes)`.

    Returns: `(nodes, classes)`; a node that no label reaches has equal probabilities.

    Source: Zhou et al., Learning with Local and Global Consistency, NIPS 2003.
    """
    source, end = np.concatenate([edges, edges[:, ::-1]]).T
    adjacency = coo_matrix((np.ones(len(source)), (source, end)), shape=(nodes, nodes)).tocsr()
    adjacency = (adjacency > 0).astype(float)
    scale = diags(1 / np.sqrt(np.maximum(np.asarray(adjacency.sum(axis=1))[:, 0], 1)))
    mean = scale @ adjacency @ scale
    known = np.zeros((nodes, labels.shape[1]))
    known[train] = labels
    found = known
    for _ in range(STEPS):
        found = (1 - OWN_SHARE) * mean @ found + OWN_SHARE * known
    total = found.sum(axis=1, keepdims=True)
    return np.where(total > 0, found / np.where(total > 0, total, 1), 1 / labels.shape[1])

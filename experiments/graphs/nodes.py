"""Nodes of a graph: a class for each, by its features and by those of its neighbours.

A layer takes the mean over a node i and its neighbours j, weighted by their numbers of neighbours,
and a step of the training sees the whole graph, but the labels of a few nodes only:

    x'_i = relu(W sum over j of x_j / sqrt(d_i d_j))        (a graph convolutional network, GCN)

`--model gat` learns the weights of the neighbours, `sgc` has means alone and a logistic regression
behind them, and `appnp` spreads the answers of a dense network. On scikit-learn's digits, joined to
their nearest neighbours, with ten labels a digit, expect an accuracy of 0.97.

For example: python train.py nodes --model appnp, or --data cora.npz, or --data folder
"""

from dataclasses import dataclass, replace
from typing import Literal

from tasks.nodes import NodeClassifier
from tasks.options import ANY, UNITS, FilePath, check_range

HIDDEN = {"gcn": 16, "gat": 8, "sgc": 0, "appnp": 64}
DROPOUT = {"gcn": 0.5, "gat": 0.6, "sgc": 0.0, "appnp": 0.5}
L2 = {"gcn": 5e-4, "gat": 5e-4, "sgc": 5e-6, "appnp": 5e-4}
FASTER = {"sgc": 20, "appnp": 5}  # times the learning rate, chosen on validation nodes


@dataclass(frozen=True)
class Nodes(NodeClassifier):
    model: Literal["gcn", "gat", "sgc", "appnp"] = "gcn"
    """graph convolution, attention, simplified graph convolution, or propagated predictions"""
    data: FilePath = ""
    """npz with arrays x, edges and y, and perhaps train_idx, val_idx and test_idx; or folder with
    nodes.csv (id, label, features) and edges.csv (source, target); digits if empty"""
    labelled: int = 10
    """training nodes of each class, where the file has no split"""
    units: int = 0
    """units of the hidden layer, of gat in each head; 0 for 16, 8 (gat) or 64 (appnp)"""
    dropout: float | Literal["auto"] = "auto"
    """fraction dropped of the features and hidden units; auto: 0.5, gat 0.6, sgc 0"""
    l2: float | Literal["auto"] = "auto"
    """lambda of the loss term lambda / 2 * (sum of squared weights); auto: 5e-4, sgc 5e-6"""
    epochs: int = 400
    patience: int = 100
    learning_rate: float = 0.01
    """initial learning rate; appnp takes 5 times this, sgc 20 times"""

    def check(self):
        super().check()
        check_range(self, labelled=(1, ANY), units=(0, UNITS))
        for option, high in (("dropout", 0.99), ("l2", ANY)):
            if getattr(self, option) != "auto":
                check_range(self, **{option: (0, high)})

    def load(self):
        from datasets.graph import load_graph

        return load_graph(self.data, self.labelled, self.split_seed)

    def fit(self, model, data, run):
        rate = FASTER.get(self.model, 1) * self.learning_rate
        return super(Nodes, replace(self, learning_rate=rate)).fit(model, data, run)

    def build_network(self, features, classes):
        from models import node_classifier

        options = {
            "hidden": self.units or HIDDEN[self.model],
            "dropout": DROPOUT[self.model] if self.dropout == "auto" else self.dropout,
            "l2": L2[self.model] if self.l2 == "auto" else self.l2,
        }
        if self.model == "sgc":
            return node_classifier.sgc(features, classes, l2=options["l2"])
        return getattr(node_classifier, self.model)(features, classes, **options)

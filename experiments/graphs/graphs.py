"""Whole graphs: a class or a number for each, by message passing between its nodes.

In each layer of a graph isomorphism network (GIN) a node adds up what its neighbours are,

    x'_i = MLP((1 + epsilon) x_i + sum over neighbours j of x_j)

and the sums over the nodes of a graph, in all layers, decide. `--model gcn` takes means instead of
sums.

From sums alone no network can tell a ring of six nodes from two rings of three: each node has two
neighbours, which have two neighbours. Random features make nodes different, and --node-features
cycles counts the walks that return to a node. Which of all graphs of up to seven nodes are
bipartite (two colours suffice for the nodes)? Expect an accuracy of 0.99, and 1 with cycles. With
--node-features degree it is 0.98, where 0.994 is the limit of message passing.

For example: python train.py graphs --question triangle --node-features degree
             python train.py graphs --data MUTAG --folds 10
"""

from dataclasses import dataclass
from typing import Literal

from tasks.graphs import GraphNetwork
from tasks.options import UNITS, FilePath, check_range


@dataclass(frozen=True)
class Graphs(GraphNetwork):
    question: Literal["planar", "bipartite", "triangle"] = "bipartite"
    """what is asked about the graphs of the atlas, where there is no --data"""
    data: FilePath = ""
    """folder of the TU form (NAME_A.txt, ...); text file of the form of MUTAG.txt; or folder with
    graphs.csv (graph, label), nodes.csv (graph, id, features) and edges.csv (source, target); all
    graphs of up to seven nodes if empty"""
    task: Literal["auto", "regression", "classification"] = "auto"
    """kind of the labels, numbers or classes; auto decides by their values"""
    model: Literal["gin", "gcn"] = "gin"
    """graph isomorphism network (sums over neighbours), or graph convolution (means)"""
    readout: Literal["sum", "attention"] = "sum"
    """sum over the nodes, or mean over the nodes with learned weights"""
    units: int = 32
    """units of each layer"""
    depth: int = 4
    """number of layers"""
    dropout: float = 0.2
    """fraction dropped of what is read out of the layers"""
    epochs: int = 300
    patience: int = 300
    learning_rate: float = 0.01
    batch_size: int = 64

    def check(self):
        super().check()
        check_range(self, units=(1, UNITS), depth=(1, 100), dropout=(0, 0.99))

    def load(self):
        from datasets.graph_set import load_graph_set

        return load_graph_set(self.data, self.question, self.task, self.split_seed)

    def build_network(self, features, target):
        from models.graph_network import graph_network

        network = self.model, self.units, self.depth, self.dropout, self.readout
        return graph_network(features, target.head, target.size, *network)

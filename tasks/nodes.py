"""Nodes of a graph: classified by their features and by their neighbours."""

from dataclasses import dataclass

from tasks.supervised import Supervised


@dataclass(frozen=True)
class NodeClassifier(Supervised):
    """A graph in, a class for each of its nodes out; a topic defines `load` and `build_network`.

    A step of the training sees the whole graph, and the labels of the training nodes.
    """

    batch_size: int = 100_000
    """labelled nodes per training step; each step sees the whole graph"""

    def build_network(self, features, classes):
        """Build a network as those of `models.node_classifier`.

        Args:
            features: width of a node's features.
            classes: number of classes.
        """
        raise NotImplementedError

    def build(self, data):
        from datasets.graph import is_counts
        from models.message_passing import OnGraph, join_directions
        from models.node_classifier import feature_scaler

        features, edges = data.context["features"], data.context["edges"]
        scaler = feature_scaler(features, is_counts(features))
        network = self.build_network(features.shape[1], data.targets[0].size)
        both = join_directions(edges, len(features))
        return OnGraph(network, scaler.predict(features, verbose=0, batch_size=4096), both)

    def training_arrays(self, data):
        """The rows are numbers of nodes."""
        (target,) = data.targets
        return tuple(
            (split.inputs["node"], target.encode(split.targets[target.name]))
            for split in (data.train, data.validation)
        )

    def losses(self, data):
        """Two classes have two probabilities here too."""
        return ["sparse_categorical_crossentropy"]

    def metrics(self, data):
        return [["accuracy"]]

    def fit(self, model, data, run):
        fit = super().fit(model, data, run)
        return fit._replace(model=fit.model.network)

    def export(self, model, data):
        """Export classes and hidden units of all nodes of a graph, which is an input."""
        import keras
        import tensorflow as tf

        from datasets.graph import is_counts
        from models.message_passing import join_directions
        from models.node_classifier import feature_scaler, find_embedding
        from runs.endpoint import Endpoint, Export
        from training.arrays import answer_in_user_units

        features = data.context["features"]
        scaler, embedding = feature_scaler(features, is_counts(features)), find_embedding(model)

        def read(inputs):
            x = inputs["features"]
            return [scaler(x), join_directions(inputs["edges"], tf.shape(x)[0])]

        def serve(inputs):
            return answer_in_user_units({data.targets[0].name: model(read(inputs))}, data.targets)

        def encode(inputs):
            return {"embedding": embedding(read(inputs))}

        nodes, edges = model.inputs
        whole = keras.Model([nodes, edges], model([scaler(nodes), edges]), name=model.name)
        endpoints = {name: Endpoint(one, data.columns) for name, one in
                     (("serve", serve), ("encode", encode))}  # fmt: skip
        return Export(whole, endpoints)

    def answer(self, run, data):
        """Return a function of numbers of nodes that answers as the network does for the graph."""
        answers = run.predict(data.context)
        return lambda inputs: {name: values[inputs["node"]] for name, values in answers.items()}

    def baselines(self, data):
        from evaluation.node_baselines import fit_node_baselines

        return fit_node_baselines(data)

    def figures(self, run, data, predictions):
        from evaluation.features import project_to_plane
        from plots.clustering import plot_clusters

        (target,), nodes = data.targets, data.test.inputs["node"]
        embedding = run.predict(data.context, "encode")["embedding"][nodes]
        classes = {
            "predicted": predictions["network"][target.name],
            f"true {target.name}": data.test.targets[target.name],
        }
        names = ["first component of the embedding", "second component"]
        heading = f"Embedding of {len(nodes)} test nodes"
        plane = plot_clusters(project_to_plane(embedding), names, classes, heading)
        return super().figures(run, data, predictions) | {"embedding": plane}

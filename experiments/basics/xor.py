"""Exercise 2: how many layers does XOR need? No hidden layer against one, over many seeds."""

from dataclasses import dataclass

from experiments.experiment import LAYER, Activation, Experiment, in_range

NAMES = ("no hidden layer", "one hidden layer")


@dataclass(frozen=True)
class Xor(Experiment):
    seeds: int = 20
    """networks of each kind, which differ in their first weights only"""
    units: int = 8
    """units of the hidden layer"""
    activation: Activation = "tanh"
    """of the hidden layer"""
    epochs: int = 60
    batch_size: int = 4
    learning_rate: float = 0.05
    patience: int = 20

    def check(self):
        super().check()
        in_range(self, seeds=(1, 1000), units=(1, LAYER))

    def load(self):
        from datasets.truth_table import xor_table

        return xor_table(NAMES, self.seeds)

    def network(self, dataset, input_shape):
        """All networks side by side in one: they share the input and nothing else, so each learns as if alone."""
        import keras
        from keras import layers

        from models.dense import dense_classifier

        inputs = keras.Input(input_shape)
        outputs = []
        for hidden in ((), (self.units,)):
            answers = []
            for seed in range(self.seeds):
                network = dense_classifier(
                    input_shape, 2, hidden, dropout=0.0, activation=self.activation
                )
                network.name = f"{len(hidden)}_hidden_seed_{seed}"
                answers.append(network(inputs))  # (batch, 1)
            outputs.append(
                layers.Concatenate()(answers) if self.seeds > 1 else answers[0]
            )  # (batch, seeds)
        return keras.Model(inputs, outputs, name="xor")

    def loss(self, dataset):
        return ["binary_crossentropy"] * len(NAMES)

    def metrics(self, dataset):
        return [["binary_accuracy"]] * len(NAMES)

    def scores(self, targets, split, predictions):
        """How many of the four rows each network gets right."""
        scores = {}
        for name in NAMES:
            accuracies = accuracy_by_seed(split.targets[name], predictions[name])
            scores[name] = {
                "best accuracy": float(accuracies.max()),
                "median accuracy": float(sorted(accuracies)[len(accuracies) // 2]),
                "all four right, fraction of seeds": float((accuracies == 1).mean()),
            }
        return scores

    def pictures(self, dataset, model, predictions):
        import numpy as np

        from evaluation.saved_model import predict
        from plots.comparison import accuracy_by_seed as seeds_picture
        from plots.decision_surface import decision_surfaces

        true = dataset.test.targets
        accuracies = {name: accuracy_by_seed(true[name], predictions[name]) for name in NAMES}
        line = np.linspace(-0.5, 1.5, 101)
        x1, x2 = np.meshgrid(line, line)
        surfaces = predict(model, {"x1": x1.ravel(), "x2": x2.ravel()})
        best = [surfaces[name][:, accuracies[name].argmax()].reshape(x1.shape) for name in NAMES]
        points = np.stack([dataset.test.inputs["x1"], dataset.test.inputs["x2"]], axis=1)
        titles = [f"{name}: {accuracies[name].max():.0%} right" for name in NAMES]
        return {
            "accuracy-by-seed": seeds_picture(accuracies),
            "decision-surface": decision_surfaces(
                x1, x2, best, points, true[NAMES[0]][:, 0], titles
            ),
        }


def accuracy_by_seed(true, probabilities):
    """Fraction of rows right, for each network: `(rows, seeds)` twice to `(seeds,)`."""
    return ((probabilities > 0.5) == (true > 0.5)).mean(axis=0)

"""Exercise 2: how many layers does XOR need? No hidden layer against one, over many seeds.

With one hidden layer all seeds get the four rows right; without one at most three of four.
"""

from dataclasses import dataclass
from typing import ClassVar

from tasks.options import UNITS, Activation, check_range
from tasks.supervised import Supervised

NAMES = ("no hidden layer", "one hidden layer")


@dataclass(frozen=True)
class Xor(Supervised):
    split_seed: ClassVar = 0  # there is nothing to split: the four rows train and test

    seeds: int = 20
    """number of networks of each kind, which differ in their initial weights"""
    units: int = 8
    """units of the hidden layer"""
    activation: Activation = "tanh"
    """activation of the hidden layer"""
    epochs: int = 60
    batch_size: int = 4
    learning_rate: float = 0.05
    patience: int = 20

    def check(self):
        super().check()
        check_range(self, seeds=(1, 1000), units=(1, UNITS))

    def load(self):
        from datasets.truth_table import xor_table

        return xor_table(NAMES, self.seeds)

    def build(self, data):
        """Put all networks side by side in one; they share only the input, so each learns as if
        it were alone."""
        import keras
        from keras import layers

        from models.dense import dense_classifier

        inputs = keras.Input(self.input_shape(data))
        outputs = {}
        for name, hidden in zip(NAMES, ((), (self.units,)), strict=True):
            answers = []
            for seed in range(self.seeds):
                shape = self.input_shape(data)
                network = dense_classifier(shape, 2, hidden, 0.0, self.activation)
                network.name = f"{len(hidden)}_hidden_seed_{seed}"
                answers.append(network(inputs))  # (batch, 1)
            concatenate = layers.Concatenate()
            outputs[name.replace(" ", "_")] = (
                concatenate(answers) if self.seeds > 1 else answers[0]
            )  # (batch, seeds)
        return keras.Model(inputs, outputs, name="xor")

    def watch(self, model, data):
        """Show the decision surface of the first network of each kind."""
        import numpy as np

        from runs.frames import Scene

        line = np.linspace(-0.5, 1.5, 51)
        points = np.stack([data.test.inputs["x1"], data.test.inputs["x2"]], axis=1)
        known = {"points": points, "classes": data.test.targets[NAMES[0]][:, 0]}
        scene = Scene("maps", NAMES, ("x1", "x2"), (line, line), known)
        grid = np.stack([x.ravel() for x in np.meshgrid(line, line)], axis=1)
        networks = [model.get_layer(f"{layers}_hidden_seed_0") for layers in range(len(NAMES))]
        shape = (len(NAMES), len(line), len(line))
        return scene, lambda: np.reshape([network(grid) for network in networks], shape)

    def losses(self, data):
        return ["binary_crossentropy"] * len(NAMES)

    def metrics(self, data):
        return [["binary_accuracy"]] * len(NAMES)

    def baselines(self, data):
        return {}  # the network without a hidden layer is logistic regression

    def scores(self, targets, split, predictions):
        """Count how many of the four rows each network gets right."""
        scores = {}
        for name in NAMES:
            accuracies = accuracy_by_seed(split.targets[name], predictions[name])
            scores[name] = {
                "best_accuracy": float(accuracies.max()),
                "median_accuracy": float(sorted(accuracies)[len(accuracies) // 2]),
                "fraction_all_right": float((accuracies == 1).mean()),
            }
        return scores

    def figures(self, run, data, predictions):
        import numpy as np

        from plots.history import plot_history
        from plots.xor import plot_accuracy_by_seed, plot_decision_surfaces

        predictions, true = predictions["network"], data.test.targets
        accuracies = {name: accuracy_by_seed(true[name], predictions[name]) for name in NAMES}
        line = np.linspace(-0.5, 1.5, 101)
        x1, x2 = np.meshgrid(line, line)
        surfaces = run.predict({"x1": x1.ravel(), "x2": x2.ravel()})
        best = [surfaces[name][:, accuracies[name].argmax()].reshape(x1.shape) for name in NAMES]
        points = np.stack([data.test.inputs["x1"], data.test.inputs["x2"]], axis=1)
        titles = [f"{name}: {accuracies[name].max():.0%} right" for name in NAMES]
        labels = true[NAMES[0]][:, 0]
        return {
            "history": plot_history(run.history),
            "accuracy-by-seed": plot_accuracy_by_seed(accuracies),
            "decision-surface": plot_decision_surfaces(x1, x2, best, points, labels, titles),
        }


def accuracy_by_seed(true, probabilities):
    """Return the fraction of rows right for each network: `(rows, seeds)` twice to `(seeds,)`."""
    return ((probabilities > 0.5) == (true > 0.5)).mean(axis=0)

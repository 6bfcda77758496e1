"""Backpropagation written out: deltas layer by layer against GradientTape; vanishing gradients.

For example: python train.py backprop --hidden 30 20 10 --activation tanh. A network is trained by
the formulas in lectures/backpropagation.py. Expect agreement with the tape to 1e-15, an accuracy of
0.96 on digits, and gradients that vanish with logistic units, but not with tanh or ReLU.
"""

from dataclasses import dataclass, replace
from typing import Literal

from tasks.options import ANY, SEEDS, DenseOptions, check_range
from tasks.study import Study

ROUNDING = 1e-12  # relative; the sums over a layer's units are taken in a different order
HALVING = ("relu", "leaky_relu", "elu")  # lose half of their input; He's initial weights double it
NETWORKS, ROWS, UNITS = 20, 200, 50  # of the picture of vanishing gradients


@dataclass(frozen=True)
class Backprop(DenseOptions, Study):
    hidden: tuple[int, ...] = (40, 20)
    activation: Literal[
        "identity", "step", "logistic", "tanh", "arctan", "relu", "leaky_relu", "elu", "softplus"
    ] = "relu"
    loss: Literal["cross-entropy", "squared-error"] = "cross-entropy"
    """cross-entropy of softmax outputs, or half the squared error of linear outputs"""
    l2: float = 1e-4
    """lambda of the cost term lambda * (sum of squared weights)"""
    epochs: int = 30
    """number of passes over the training rows"""
    learning_rate: float = 0.1
    """learning rate of gradient descent"""
    batch_size: int = 32
    """rows per training step"""
    depth: int = 10
    """hidden layers of the untrained networks in which gradients may vanish"""
    split_seed: int = 42
    """seed of the random split into train, validation and test rows"""

    def check(self):
        super().check()
        check_range(self, l2=(0, 100), epochs=(1, 10**4), learning_rate=(1e-9, 100))
        check_range(self, batch_size=(1, ANY), depth=(2, 100), split_seed=(0, SEEDS))

    def load(self):
        from datasets.digits import load_digits

        return load_digits(self.split_seed)

    def build(self, data):
        """Build the network in float64: pictures `(batch, 8, 8, 1)` to outputs `(batch, 10)`."""
        import keras
        from keras import layers

        from models.dense import hidden_layers

        (column,), (target,) = data.columns, data.targets
        inputs = keras.Input(column.shape, dtype="float64", name="image")
        x = layers.Rescaling(1 / column.max_pixel, dtype="float64")(inputs)
        x = layers.Flatten(dtype="float64")(x)  # (batch, 64)
        initializer = f"{name_initializer(self.activation).lower()}_normal"
        options = {"dtype": "float64", "kernel_initializer": initializer}
        x = hidden_layers(x, self.hidden, 0.0, self.activation, 0.0, **options)
        last = "softmax" if self.loss == "cross-entropy" else None
        outputs = layers.Dense(target.size, last, dtype="float64", name="outputs")(x)
        return keras.Model(inputs, outputs, name="digits")

    def fit(self, model, data, run):
        """Fit by mini-batch gradient descent with the lecture's deltas."""
        import numpy as np

        from lectures.backpropagation import compute_gradients
        from lectures.descent import draw_batches
        from training.fit import Fit

        random = np.random.default_rng(self.seed)
        x, y = to_arrays(data, data.train)
        splits = {"": (x, y), "val_": to_arrays(data, data.validation)}
        weights, history, failure = to_pairs(model.get_weights()), {}, ""
        for epoch in range(1, self.epochs + 1):
            before = weights
            with np.errstate(all="ignore"):  # too large a rate lets numbers overflow, see below
                for rows in draw_batches(len(x), self.batch_size, random):
                    gradients = compute_gradients(
                        x[rows], y[rows], weights, self.activation, self.loss, self.l2
                    )
                    weights = [
                        (W - self.learning_rate * dW, b - self.learning_rate * db)
                        for (W, b), (dW, db) in zip(weights, gradients, strict=True)
                    ]
                for prefix, split in splits.items():
                    for name, value in self.measure(weights, *split).items():
                        history.setdefault(prefix + name, []).append(value)
            if not np.isfinite(history["loss"][-1]):
                weights = before
                failure = f"the loss became NaN in epoch {epoch}: try a smaller --learning-rate"
                break
        model.set_weights([array for pair in weights for array in pair])
        return Fit(model, history, failure)

    def measure(self, weights, x, y):
        """Return the cost and the accuracy of the rows of a split."""
        from lectures.backpropagation import compute_cost, forward

        outputs = forward(x, weights, self.activation, self.loss)[1][-1]
        cost = compute_cost(outputs, y, weights, self.loss, self.l2)
        accuracy = (outputs.argmax(axis=-1) == y.argmax(axis=-1)).mean()
        return {"loss": float(cost), "accuracy": float(accuracy)}

    def export(self, model, data):
        import tensorflow as tf

        from runs.endpoint import Endpoint, Export

        def serve(inputs):
            outputs = model(inputs["image"])
            return {"digit": tf.argmax(outputs, axis=-1), "digit_outputs": outputs}

        (column,) = data.columns
        return Export(model, {"serve": Endpoint(serve, (replace(column, dtype="float64"),))})

    def scores(self, targets, split, predictions):
        """Return `{target: {metric: value}}`."""
        right = predictions["digit"] == split.targets["digit"]
        return {"digit": {"accuracy": float(right.mean())}}

    def evaluate(self, run, data):
        """Compare the lecture's formulas with GradientTape through the SavedModel."""
        from evaluation.evaluation import Evaluation, Headline
        from lectures.backpropagation import compute_gradients
        from plots.history import plot_history
        from plots.layers import plot_difference_by_layer

        x, y = to_arrays(data, data.test)
        weights = to_pairs([variable.numpy() for variable in run.saved_model.variables])
        by_formulas = compute_gradients(x, y, weights, self.activation, self.loss, self.l2)
        by_tape = self.differentiate_by_tape(run.saved_model, data.test.inputs["image"], y)
        differences = {
            f"layer {number}": max(map(relative_difference, *pairs))
            for number, pairs in enumerate(zip(by_formulas, by_tape, strict=True), start=1)
        }
        first = data.test.inputs["image"][:1]
        jacobian = relative_difference(
            *self.compute_jacobians(run.saved_model, first, x[0], weights)
        )
        predictions = run.predict(data.test.inputs)
        accuracy = self.scores(data.targets, data.test, predictions)["digit"]["accuracy"]
        ratios, gradients_picture = self.show_vanishing(x[:ROWS], y[:ROWS])

        agreement = [
            ["gradient", "largest relative difference"],
            *([f"weights and biases of {name}", value] for name, value in differences.items()),
            ["outputs by the pixels of a digit (Jacobian)", jacobian],
        ]
        tables = {
            "the lecture's formulas against GradientTape": agreement,
            f"network trained by the formulas, {len(y)} test rows": [
                ["metric", "value"],
                ["accuracy", accuracy],
            ],
            f"gradient of the first layer over the last one's, {self.depth} hidden layers": [
                ["activation", "initial weights", "ratio", "factor per layer"],
                *(
                    [name, name_initializer(name), ratio, ratio ** (1 / self.depth)]
                    for name, ratio in ratios.items()
                ),
            ],
        }
        title = "The lecture's formulas against GradientTape"
        figures = {
            "gradients-by-depth": gradients_picture,
            "agreement": plot_difference_by_layer(differences, ROUNDING, title),
            "history": plot_history(run.history),
        }
        largest = max(jacobian, *differences.values())
        return Evaluation(
            Headline("largest relative difference from the tape", largest, ROUNDING, "rounding"),
            tables,
            figures,
            {"differences": agreement, "accuracy": accuracy, "gradient_ratios": ratios},
        )

    def differentiate_by_tape(self, saved_model, pictures, y):
        """Return the gradients of the cost by the weights of the SavedModel, in pairs."""
        import tensorflow as tf

        variables = saved_model.variables
        with tf.GradientTape() as tape:
            inputs = {"image": tf.constant(pictures, "float64")}
            outputs = saved_model.serve(inputs)["digit_outputs"]
            if self.loss == "cross-entropy":
                errors = -tf.math.log(tf.reduce_sum(y * outputs, axis=-1))
            else:
                errors = tf.reduce_sum((outputs - y) ** 2, axis=-1) / 2
            squares = tf.add_n([tf.reduce_sum(W**2) for W in variables[::2]])
            cost = tf.reduce_mean(errors) + self.l2 * squares
        gradients = tape.gradient(cost, variables, unconnected_gradients="zero")
        return to_pairs([gradient.numpy() for gradient in gradients])

    def compute_jacobians(self, saved_model, picture, x, weights):
        """Return the derivatives of the outputs by the pixels, `(10, 64)`, by formulas and tape.

        Args:
            saved_model: the loaded SavedModel.
            picture: pixels as they come, `(1, 8, 8, 1)`.
            x: the same picture as the formulas take it, `(64,)`.
            weights: `[(W, b), ...]`.
        """
        import numpy as np
        import tensorflow as tf

        from lectures.backpropagation import compute_jacobian

        pixels = tf.constant(picture, "float64")
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(pixels)
            outputs = saved_model.serve({"image": pixels})["digit_outputs"]
        by_tape = tape.batch_jacobian(outputs, pixels, experimental_use_pfor=False)
        by_formulas = compute_jacobian(x, weights, self.activation) / 16  # per unit of a pixel
        if self.loss == "cross-entropy":  # softmax is one more link of the chain
            (p,) = outputs.numpy()
            by_formulas = (np.diag(p) - np.outer(p, p)) @ by_formulas
        return by_formulas, by_tape.numpy().reshape(by_formulas.shape)

    def show_vanishing(self, x, y):
        """Compare the gradients of the layers in deep networks with initial weights.

        Returns: `{activation: first layer's gradient over the last one's}`, and the picture.
        """
        import numpy as np

        from plots.layers import plot_gradient_by_layer

        sizes = {name: self.measure_gradients(name, x, y) for name in ("logistic", "tanh", "relu")}
        named = {f"{name}, {name_initializer(name)}": values for name, values in sizes.items()}
        title = (
            f"Gradients with initial weights, {self.depth} hidden layers of {UNITS} units, "
            f"{NETWORKS} seeds"
        )
        ratios = {name: values[:, 0] / values[:, -1] for name, values in sizes.items()}
        medians = {name: float(np.median(values)) for name, values in ratios.items()}
        return medians, plot_gradient_by_layer(named, title)

    def measure_gradients(self, activation, x, y):
        """Return the root mean square of each layer's gradient, `(networks, layers)`."""
        import numpy as np

        from lectures.backpropagation import compute_gradients

        random = np.random.default_rng(self.seed)
        widths = (x.shape[1], *(UNITS,) * self.depth, y.shape[1])
        sizes = []
        for _ in range(NETWORKS):
            weights = []
            for below, units in zip(widths, widths[1:], strict=False):
                inputs = below / 2 if activation in HALVING else (below + units) / 2
                weights.append((random.normal(0, inputs**-0.5, (below, units)), np.zeros(units)))
            gradients = compute_gradients(x, y, weights, activation)
            sizes.append([np.sqrt(np.mean(dW**2)) for dW, _ in gradients])
        return np.array(sizes)


def name_initializer(activation):
    """Return who proposed the initial weights that suit an activation."""
    return "He" if activation in HALVING else "Glorot"


def to_arrays(data, split):
    """Return pixels from 0 to 1, `(rows, 64)`, and one-hot classes, `(rows, 10)`."""
    import numpy as np

    (column,), (target,) = data.columns, data.targets
    pixels = split.inputs[column.name].astype("float64").reshape(split.rows, -1)
    return pixels / column.max_pixel, np.eye(target.size)[target.encode(split.targets[target.name])]


def to_pairs(arrays):
    """Return `[W, b, W, b, ...]` as `[(W, b), ...]`."""
    return list(zip(arrays[::2], arrays[1::2], strict=True))


def relative_difference(a, b):
    """Return the largest difference over the largest number of `b`."""
    import numpy as np

    return float(np.abs(a - b).max() / (np.abs(b).max() or 1.0))

"""Backpropagation written out: deltas layer by layer against GradientTape, and why gradients vanish.

The formulas are in models/backpropagation.py. For example: python train.py backprop --hidden 30 20 10 --activation tanh
"""

from dataclasses import dataclass
from typing import Literal

from experiments.experiment import ANY, LAYER, in_range
from experiments.study import Found, Study

ROUNDING = 1e-12  # relative; the sums over a layer's units are taken in another order
STEEP = (
    "relu",
    "leaky_relu",
    "elu",
)  # half of their input passes: He's first weights make up for it
SEEDS, ROWS, UNITS = 20, 200, 50  # of the picture of vanishing gradients


@dataclass(frozen=True)
class Backprop(Study):
    hidden: tuple[int, ...] = (40, 20)
    """units of each hidden layer, any number of layers"""
    activation: Literal[
        "identity", "step", "logistic", "tanh", "arctan", "relu", "leaky_relu", "elu", "softplus"
    ] = "relu"
    """of the hidden layers"""
    loss: Literal["cross-entropy", "squared-error"] = "cross-entropy"
    """cross-entropy after softmax, or half the squared error of the outputs as they are"""
    l2: float = 1e-4
    """lambda of the cost's term lambda * sum of squared weights"""
    epochs: int = 30
    """passes over the training rows, by gradient descent with the deltas"""
    learning_rate: float = 0.1
    batch_size: int = 32
    depth: int = 10
    """hidden layers of the networks in which gradients vanish, or do not"""
    split_seed: int = 42
    """seed by which rows are split into train, validation and test"""

    def check(self):
        super().check()
        in_range(
            self,
            hidden=(1, LAYER),
            l2=(0, 100),
            epochs=(1, 10**4),
            learning_rate=(1e-9, 100),
            batch_size=(1, ANY),
        )
        in_range(self, depth=(2, 100), split_seed=(0, 2**32 - 1))

    def rows(self):
        """Digits, and their classes as rows with a single 1: `{split: (pictures, y)}`."""
        import numpy as np

        from datasets.digits import load_digits

        dataset = load_digits(self.split_seed)
        return {
            name: (split.inputs["image"].astype("float64"), np.eye(10)[split.targets["digit"]])
            for name, split in (
                ("train", dataset.train),
                ("validation", dataset.validation),
                ("test", dataset.test),
            )
        }

    def network(self):
        """The network in Keras, in float64: pictures `(batch, 8, 8, 1)` to `(batch, 10)`."""
        import keras
        from keras import layers

        from models.dense import hidden_layers

        inputs = keras.Input((8, 8, 1), dtype="float64", name="image")
        x = layers.Rescaling(1 / 16, dtype="float64")(inputs)
        x = layers.Flatten(dtype="float64")(x)  # (batch, 64)
        start = "he_normal" if self.activation in STEEP else "glorot_normal"
        x = hidden_layers(
            x, self.hidden, 0.0, self.activation, 0.0, dtype="float64", kernel_initializer=start
        )
        last = "softmax" if self.loss == "cross-entropy" else None
        outputs = layers.Dense(10, last, dtype="float64", name="outputs")(x)
        return keras.Model(inputs, outputs, name="digits")

    def study(self, folder):
        import numpy as np
        import tensorflow as tf

        model = self.network()
        model.summary()
        with np.errstate(all="ignore"):  # at a rate too large numbers overflow, which is told below
            weights, history, trouble = self.descend(in_pairs(model.get_weights()), self.rows())
        model.set_weights([array for pair in weights for array in pair])

        def serve(inputs):
            outputs = model(inputs["image"])
            return {"digit": tf.argmax(outputs, axis=-1), "digit_outputs": outputs}

        return Found(
            source="scikit-learn's digits, 8 x 8 pixels",
            model=model,
            functions={"serve": serve},
            signature={"image": tf.TensorSpec((None, 8, 8, 1), "float64", name="image")},
            targets=("digit",),
            history=history,
            trouble=trouble,
        )

    def descend(self, weights, rows):
        """Mini-batch gradient descent with the deltas: `(weights, history, what went wrong)`."""
        import numpy as np

        from lectures.backpropagation import cost, forward, gradients
        from lectures.descent import batches

        random = np.random.default_rng(self.seed)
        x, y = rows["train"][0].reshape(-1, 64) / 16, rows["train"][1]
        history = {"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []}
        for epoch in range(1, self.epochs + 1):
            before = weights
            for chosen in batches(len(x), self.batch_size, random):
                found = gradients(
                    x[chosen], y[chosen], weights, self.activation, self.loss, self.l2
                )
                weights = [
                    (W - self.learning_rate * dW, b - self.learning_rate * db)
                    for (W, b), (dW, db) in zip(weights, found, strict=True)
                ]
            for prefix, split in (("", "train"), ("val_", "validation")):
                pixels, true = rows[split][0].reshape(-1, 64) / 16, rows[split][1]
                outputs = forward(pixels, weights, self.activation, self.loss)[1][-1]
                history[f"{prefix}loss"].append(
                    float(cost(outputs, true, weights, self.loss, self.l2))
                )
                history[f"{prefix}accuracy"].append(
                    float((outputs.argmax(-1) == true.argmax(-1)).mean())
                )
            if not np.isfinite(history["loss"][-1]):
                return (
                    before,
                    history,
                    f"the loss ceased to be a number in epoch {epoch}: lower --learning-rate",
                )
        return weights, history, ""

    def results(self, model, folder, history):
        import numpy as np

        from lectures.backpropagation import gradients
        from plots.history import history as history_picture
        from plots.layers import difference_by_layer, gradient_by_layer

        pictures, y = self.rows()["test"]
        x = pictures.reshape(-1, 64) / 16
        weights = in_pairs([variable.numpy() for variable in model.variables])
        by_tape, outputs = self.tape_gradients(model, pictures, y)
        by_hand = gradients(x, y, weights, self.activation, self.loss, self.l2)
        differences = {
            f"layer {number}": max(map(relative_difference, hand, tape))
            for number, (hand, tape) in enumerate(zip(by_hand, by_tape, strict=True), start=1)
        }
        in_pixels = relative_difference(*self.jacobians(model, pictures[:1], weights))
        accuracy = float((outputs.argmax(-1) == y.argmax(-1)).mean())
        sizes = {
            name: self.gradient_sizes(name, x[:ROWS], y[:ROWS])
            for name in ("logistic", "tanh", "relu")
        }
        ratios = {
            name: float(np.median(values[:, 0] / values[:, -1])) for name, values in sizes.items()
        }
        metrics = {
            "summary": {
                "score": "largest relative difference from the tape",
                "value": max(in_pixels, *differences.values()),
                "baseline": ROUNDING,
            },
            "tables": {
                "the lecture's formulas against GradientTape": [
                    ["gradient", "largest relative difference"],
                    *(
                        [f"weights and biases of {name}", value]
                        for name, value in differences.items()
                    ),
                    ["outputs by the pixels of a digit (Jacobian)", in_pixels],
                ],
                f"the network that was trained by the formulas, {len(y)} test rows": [
                    ["metric", "value"],
                    ["accuracy", accuracy],
                ],
                f"first layer's gradient over the last one's, {self.depth} hidden layers": [
                    ["activation", "first weights", "ratio", "factor a layer"],
                    *(
                        [name, self.start_of(name), ratio, ratio ** (1 / self.depth)]
                        for name, ratio in ratios.items()
                    ),
                ],
            },
        }
        figures = {
            "gradients-by-depth": gradient_by_layer(
                {f"{name}, {self.start_of(name)}": values for name, values in sizes.items()},
                f"Gradients at the first weights, {self.depth} hidden layers of {UNITS} units, {SEEDS} seeds",
            ),
            "agreement": difference_by_layer(
                differences, ROUNDING, "The lecture's formulas against GradientTape"
            ),
        }
        return metrics, figures | {"history": history_picture(history)}

    def tape_gradients(self, model, pictures, y):
        """Gradients of the cost by the SavedModel's weights, in pairs, and its outputs."""
        import tensorflow as tf

        with tf.GradientTape() as tape:
            outputs = model.serve({"image": tf.constant(pictures)})["digit_outputs"]
            if self.loss == "cross-entropy":
                errors = -tf.math.log(tf.reduce_sum(y * outputs, axis=-1))
            else:
                errors = tf.reduce_sum((outputs - y) ** 2, axis=-1) / 2
            squares = tf.add_n([tf.reduce_sum(weights**2) for weights in model.variables[::2]])
            cost = tf.reduce_mean(errors) + self.l2 * squares
        found = tape.gradient(cost, model.variables, unconnected_gradients="zero")
        return in_pairs([gradient.numpy() for gradient in found]), outputs.numpy()

    def jacobians(self, model, picture, weights):
        """Derivatives of the outputs by the pixels, `(10, 64)`, by the formulas and by the tape."""
        import numpy as np
        import tensorflow as tf

        from lectures.backpropagation import jacobian

        pixels = tf.constant(picture)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(pixels)
            outputs = model.serve({"image": pixels})["digit_outputs"]
        by_tape = (
            tape.batch_jacobian(outputs, pixels, experimental_use_pfor=False)
            .numpy()
            .reshape(10, 64)
        )
        by_hand = jacobian(picture.ravel() / 16, weights, self.activation) / 16
        if self.loss == "cross-entropy":  # one more link of the chain, softmax
            (p,) = outputs.numpy()
            by_hand = (np.diag(p) - np.outer(p, p)) @ by_hand
        return by_hand, by_tape

    def gradient_sizes(self, activation, x, y):
        """Root mean square of each layer's gradient in deep networks at their first weights: `(seeds, layers)`."""
        import numpy as np

        from lectures.backpropagation import gradients

        random = np.random.default_rng(self.seed)
        widths = (x.shape[1], *(UNITS,) * self.depth, y.shape[1])
        sizes = []
        for _ in range(SEEDS):
            weights = []
            for below, units in zip(widths, widths[1:], strict=False):
                inputs = below / 2 if activation in STEEP else (below + units) / 2
                weights.append((random.normal(0, inputs**-0.5, (below, units)), np.zeros(units)))
            sizes.append(
                [np.sqrt(np.mean(dW**2)) for dW, _ in gradients(x, y, weights, activation)]
            )
        return np.array(sizes)

    @staticmethod
    def start_of(activation):
        return "He" if activation in STEEP else "Glorot"


def in_pairs(arrays):
    """`[W, b, W, b, ...]` as `[(W, b), ...]`."""
    return list(zip(arrays[::2], arrays[1::2], strict=True))


def relative_difference(a, b):
    """Largest difference over the largest number."""
    import numpy as np

    return float(np.abs(a - b).max() / (np.abs(b).max() or 1.0))

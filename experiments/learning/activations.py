"""The lecture's table of activations: each one and its derivative, checked and drawn.

For example: python train.py activations --interval -6 6. Each activation is a Keras layer with one
unit; its value, and its derivative by GradientTape, are compared with the formulas of the table.
Expect differences of 1e-15, which is rounding.
"""

from dataclasses import dataclass

from errors import UserError
from tasks.study import Study, Subject

POINTS = 2001
ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class Points(Subject):
    """Inputs of the activations.

    Args:
        z: `(points,)`, none of them a kink.
    """

    z: object


@dataclass(frozen=True)
class Activations(Study):
    interval: tuple[float, ...] = (-4.0, 4.0)
    """lowest and highest z"""

    def check(self):
        super().check()
        if len(self.interval) != 2 or not -50 <= self.interval[0] < self.interval[1] <= 50:
            raise UserError(
                "--interval must be two numbers from -50 to 50, the lower first. "
                f"Received: {self.interval}"
            )

    def load(self):
        import numpy as np

        from lectures.activation_table import ALPHA, LINES, TABLE

        z = np.linspace(*self.interval, POINTS)
        kinks = [kink for row in TABLE.values() for kink in row.kinks]
        lines = " and ".join(f"{slope} z {offset:+}" for slope, offset in LINES)
        return Points(
            source="the lecture's table of activations",
            remarks=(f"PReLU has alpha = {ALPHA}, Maxout the lines {lines}",),
            z=z[~np.isin(z, kinks)],
        )

    def build(self, data):
        import keras
        import numpy as np

        from lectures.activation_table import ALPHA, LINES, TABLE
        from models.activations import dense

        inputs = keras.Input((1,), dtype="float64", name="z")
        # One unit of weight 1 and bias 0 passes z to its activation.
        outputs = {
            name: dense(inputs, 1, name, kernel_initializer="ones", dtype="float64")[:, 0]
            for name in TABLE
        }
        model = keras.Model(inputs, outputs, name="activations")
        for layer in model.layers:
            if isinstance(layer, keras.layers.PReLU):
                layer.set_weights([np.array([ALPHA])])
            elif isinstance(layer, keras.layers.Dense) and layer.units > 1:  # of Maxout
                slopes, offsets = np.array(LINES).T
                layer.set_weights([slopes[None], offsets])
        return model

    def fit(self, model, data, run):
        """Train nothing; the history is the table's values."""
        from lectures.activation_table import TABLE
        from training.fit import Fit

        return Fit(model, {"z": data.z} | {name: row.value(data.z) for name, row in TABLE.items()})

    def export(self, model, data):
        from datasets.dataset import Column
        from runs.endpoint import Endpoint, Export

        def serve(inputs):
            return model(inputs["z"][:, None])

        return Export(model, {"serve": Endpoint(serve, (Column("z", dtype="float64"),))})

    def evaluate(self, run, data):
        import numpy as np
        import tensorflow as tf

        from evaluation.evaluation import Evaluation, Headline
        from lectures.activation_table import TABLE
        from plots.activations import plot_activations

        z = tf.constant(data.z)
        differences, panels = {}, {}
        for name, row in TABLE.items():
            with tf.GradientTape() as tape:
                tape.watch(z)
                value = run.saved_model.serve({"z": z})[name]
            derivative = tape.gradient(value, z, unconnected_gradients="zero").numpy()
            differences[name] = {
                "value": float(np.abs(value - row.value(data.z)).max()),
                "derivative": float(np.abs(derivative - row.derivative(data.z)).max()),
                "largest_derivative": float(np.abs(derivative).max()),
            }
            panels[row.title] = (value.numpy(), derivative, row.formula, row.slope, row.kinks)
        largest = max(max(row["value"], row["derivative"]) for row in differences.values())
        header = ["activation", "difference of f", "difference of df/dz", "largest |df/dz|"]
        rows = [[name, *row.values()] for name, row in differences.items()]
        return Evaluation(
            Headline("largest difference from the table", largest, ROUNDING, "rounding"),
            {f"SavedModel against the table, {len(data.z)} values of z": [header, *rows]},
            {"activations": plot_activations(z.numpy(), panels)},
            {"differences": differences},
        )

"""The lecture's table of activations: each one and its derivative, checked and drawn."""

from dataclasses import dataclass

from errors import UserError
from experiments.study import Found, Study

POINTS = 2001
ROUNDING = 1e-12


@dataclass(frozen=True)
class Activations(Study):
    interval: tuple[float, ...] = (-4.0, 4.0)
    """low and high of z"""

    def check(self):
        super().check()
        if len(self.interval) != 2 or not -50 <= self.interval[0] < self.interval[1] <= 50:
            raise UserError(
                f"--interval wants two numbers, the lower first, from -50 to 50. Received: {self.interval}"
            )

    def z(self):
        """Places where to look, none of them a kink."""
        import numpy as np

        from lectures.activation_table import TABLE

        z = np.linspace(*self.interval, POINTS)
        return z[~np.isin(z, [kink for row in TABLE.values() for kink in row.kinks])]

    def study(self, folder):
        import keras
        import numpy as np
        import tensorflow as tf

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
        z = self.z()
        return Found(
            source="the lecture's table of activations",
            model=model,
            functions={"serve": lambda inputs: model(inputs["z"][:, None])},
            signature={"z": tf.TensorSpec((None,), "float64", name="z")},
            targets=tuple(TABLE),
            history={"z": z} | {name: row.value(z) for name, row in TABLE.items()},
            remarks=(
                f"PReLU has alpha = {ALPHA}, Maxout the lines {' and '.join(f'{w} z {b:+}' for w, b in LINES)}",
            ),
        )

    def results(self, model, folder, history):
        import numpy as np
        import tensorflow as tf

        from lectures.activation_table import TABLE
        from plots.activations import activations

        z = tf.constant(self.z())
        found, worst, panels = [], 0.0, {}
        for name, row in TABLE.items():
            with tf.GradientTape() as tape:
                tape.watch(z)
                value = model.serve({"z": z})[name]
            derivative = tape.gradient(value, z, unconnected_gradients="zero").numpy()
            value_difference = float(np.abs(value - row.value(z.numpy())).max())
            slope_difference = float(np.abs(derivative - row.derivative(z.numpy())).max())
            found.append(
                [name, value_difference, slope_difference, float(np.abs(derivative).max())]
            )
            worst = max(worst, value_difference, slope_difference)
            panels[row.title] = (value.numpy(), derivative, row.formula, row.slope, row.kinks)
        metrics = {
            "summary": {
                "score": "largest difference from the table",
                "value": worst,
                "baseline": ROUNDING,
            },
            "tables": {
                f"the SavedModel against the table, {len(z)} values of z": [
                    ["activation", "difference of f", "difference of df/dz", "largest |df/dz|"],
                    *found,
                ],
            },
        }
        return metrics, {"activations": activations(z.numpy(), panels)}

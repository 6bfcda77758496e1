"""Maximum likelihood: losses as models of noise, the cost of a wrong one, noise that is learned.

For example: python train.py likelihood --examples 20. The formulas are in lectures/likelihood.py. A
location is estimated by three losses under three kinds of noise and compared with the Cramer-Rao
bound. Then two networks learn a curve whose noise grows with x: one by squared error, and one by
the Gaussian likelihood, which learns a standard deviation for each x. Expect the squared error to
need twice the examples under Laplace's or Student's noise, and 68 % intervals of the second
network that hold about 68 % both where the noise is small and where it is large.
"""

from dataclasses import dataclass

from tasks.options import check_range
from tasks.study import Study, Subject

NETWORKS = ("squared error", "Gaussian likelihood")
TEST = 5000


@dataclass(frozen=True, kw_only=True)
class NoisyCurve(Subject):
    """A curve with noise that depends on x.

    Args:
        train, test: `(x, y)`, `(rows,)` each.
        truth: function from x to the mean and the standard deviation.
    """

    train: tuple
    test: tuple
    truth: object


@dataclass(frozen=True)
class Likelihood(Study):
    examples: int = 100
    """number of examples from which a location is estimated"""
    repeats: int = 20_000
    """number of samples whose locations give the variance"""
    rows: int = 1000
    """number of training rows of the networks"""
    hidden: tuple[int, ...] = (32, 32)
    """units of each hidden layer"""
    epochs: int = 150
    """number of passes over the training rows"""

    def check(self):
        super().check()
        check_range(self, examples=(2, 1000), repeats=(100, 100_000), rows=(50, 10**5))
        check_range(self, hidden=(1, 256), epochs=(1, 10**4))

    def load(self):
        import numpy as np

        def truth(x):
            return np.sin(2 * x), 0.05 + 0.35 / (1 + np.exp(-2 * x))

        def draw(rows):
            x = random.uniform(-3, 3, rows)
            mean, std = truth(x)
            return x, mean + std * random.normal(size=rows)

        random = np.random.default_rng(self.seed)
        source = f"{self.rows} points of y = sin(2 x) + noise of the standard deviation "
        return NoisyCurve(
            source=source + "0.05 + 0.35 / (1 + exp(-2 x))",
            train=draw(self.rows),
            test=draw(TEST),
            truth=truth,
        )

    def build(self, data):
        """Build two networks side by side; they share only the input."""
        import keras
        from keras import layers

        from models.heads import head

        inputs = keras.Input((1,), name="x")
        outputs = {}
        for name, kind in zip(NETWORKS, ("linear", "gaussian"), strict=True):
            x = inputs
            for units in self.hidden:
                x = layers.Dense(units, activation="tanh")(x)
            outputs[name.replace(" ", "_")] = head(x, kind)
        return keras.Model(inputs, outputs, name="likelihood")

    def fit(self, model, data, run):
        import keras

        from training.callbacks import standard_callbacks
        from training.fit import fit
        from training.loop import choose_loop
        from training.losses import LOSSES

        losses = dict(zip(model.output, (LOSSES["linear"], LOSSES["gaussian"]), strict=True))
        x, y = (values[:, None].astype("float32") for values in data.train)
        steps = self.epochs * -(-len(x) // 32)
        rate = keras.optimizers.schedules.CosineDecay(5e-3, steps)
        model.compile(keras.optimizers.Adam(rate), losses)
        loop = choose_loop(model, "auto", len(x), self.epochs, 32)
        callbacks = standard_callbacks(run.folder, 0, None, monitor="")
        return fit(loop, (x, dict.fromkeys(losses, y)), None, self.epochs, callbacks)

    def export(self, model, data):
        import numpy as np
        import tensorflow as tf

        from datasets.dataset import Column
        from runs.endpoint import Endpoint, Export

        x, y = data.train
        squared = np.asarray(model(x[:, None])["squared_error"])[:, 0]
        constant = float(np.sqrt(np.mean((y - squared) ** 2)))  # it maximises the likelihood

        def serve(inputs):
            outputs = model(inputs["x"][:, None])
            mean, both = outputs["squared_error"][:, 0], outputs["Gaussian_likelihood"]
            return {
                "mean": both[:, 0],
                "std": both[:, 1],
                "mean, squared error": mean,
                "std, squared error": tf.fill(tf.shape(mean), constant),
            }

        return Export(model, {"serve": Endpoint(serve, (Column("x"),))})

    def evaluate(self, run, data):
        import numpy as np

        from evaluation.evaluation import Evaluation, Headline
        from evaluation.likelihood import compare_losses, measure_efficiencies, score_intervals
        from plots.calibration import plot_interval_calibration
        from plots.likelihood import plot_efficiencies, plot_learned_noise

        random = np.random.default_rng(self.seed)
        losses = compare_losses(random)
        efficiencies, rows = measure_efficiencies(self.examples, self.repeats, random)
        x, y = data.test
        answers = self.answer(run, x)
        intervals = score_intervals(y, *data.truth(x), answers)
        line = np.linspace(-3, 3, 300)
        mean, std = answers[NETWORKS[1]]
        by_squares, by_likelihood = (row[1] for row in intervals[1:3])
        return Evaluation(
            Headline("negative log likelihood", by_likelihood, by_squares, "constant noise"),
            {
                "losses as negative log likelihoods": losses,
                f"location of {self.examples} examples, {self.repeats} samples": rows,
                f"networks on {TEST} new points (loss: mean negative log likelihood)": intervals,
            },
            {
                "noise-models": plot_efficiencies(efficiencies, self.examples),
                "learned-noise": plot_learned_noise(
                    *(values[:600] for values in data.train),
                    line,
                    data.truth(line),
                    self.answer(run, line),
                ),
                "calibration": plot_interval_calibration(y, mean, std, "y"),
            },
            {"losses": losses, "efficiencies": rows, "intervals": intervals},
        )

    def answer(self, run, x):
        """Return `{network: (mean, std)}`."""
        answers = run.predict({"x": x.astype("float32")})
        ends = dict(zip(NETWORKS, (", squared error", ""), strict=True))
        return {name: (answers[f"mean{end}"], answers[f"std{end}"]) for name, end in ends.items()}

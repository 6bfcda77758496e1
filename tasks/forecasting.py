"""Forecasts of series in time: what repeats, a linear model, and a network where it is better."""

import math
from dataclasses import dataclass

from tasks.training import BatchTraining

LARGEST = 2**28  # numbers in all windows; of more, every second or third window is fitted


@dataclass(frozen=True)
class Forecaster(BatchTraining):
    """Windows of history in, the steps that follow out.

    A topic defines `load`, `list_networks` and `build_network`. Every network starts as the
    seasonal naive forecast plus a linear model in closed form. Of several networks, one is kept
    only if it lowers the validation loss by more than the standard error.
    """

    log: bool = False
    """forecast the logarithms of the targets, which suits a growth in percent; all values must be
    positive"""
    level: float = 0.8
    """share of the true values that the intervals are to contain"""

    def list_networks(self):
        """Return the names of the networks, of which the best on validation is kept."""
        raise NotImplementedError

    def build_network(self, name, data):
        """Build an uncompiled network of `models.forecaster`."""
        raise NotImplementedError

    def build(self, data):
        """Build the network; several are built one by one when they are fitted."""
        first, *others = self.list_networks()
        return None if others else self.build_network(first, data)

    def encoder(self, data):
        from models.forecaster import window_encoder

        logs = len(data.targets) if self.log else 0
        return window_encoder(data.columns, data.lengths.window, logs)

    def encode(self, split, data):
        """Return windows as the network sees them, and the scaled values that followed:
        `({"history": ..., "known": ...}, (windows, horizon, targets))`."""
        import numpy as np

        from training.linear_forecast import evaluate_in_batches

        numbers = split.rows * math.prod(split.inputs["history"].shape[1:])
        split = split.take(slice(None, None, 1 + numbers // LARGEST))
        y = np.stack([split.targets[target.name] for target in data.targets], axis=-1)
        y = np.log(y) if self.log else y
        y = (y - [target.mean for target in data.targets]) / [t.std for t in data.targets]
        return evaluate_in_batches(self.encoder(data), split.inputs), y.astype("float32")

    def training_arrays(self, data):
        return self.encode(data.train, data), self.encode(data.validation, data)

    def compile(self, model, data):
        import keras

        from training.losses import squared_error_of_known

        model.compile(keras.optimizers.Adam(self.learning_rate), squared_error_of_known)

    def fit(self, model, data, run):
        """Fit the networks, keep the best on validation, and add the intervals of its errors."""
        from training.interrupt import is_interrupted, join_endings
        from training.linear_forecast import fit_linear_part, squared_errors

        train, validation = self.training_arrays(data)
        names = self.choose_networks(data)
        fits, losses, margin, strengths = {}, {}, 0.0, None  # losses of what is kept of each
        for name in names:
            network = model or self.build_network(name, data)
            if len(names) > 1:
                print(f"\nnetwork     {name}")
            # The strength is chosen once: at the beginning all networks are the same.
            strengths = fit_linear_part(network, train, validation, strengths)
            if name == "linear":
                fits[name] = describe_linear_fit(network, train, validation)
                margin = standard_error(squared_errors(network, validation), data)
            else:
                self.compile(network, data)
                snapshot = run.snapshot if model else None
                fits[name] = self.fit_compiled(network, train, validation, run, snapshot, margin)
            losses[name] = float(squared_errors(fits[name].model, validation).mean())
            if is_interrupted(network):
                break
        best = min(losses, key=losses.get)
        tried = {name: fit.history["val_loss"] for name, fit in fits.items()}  # by epoch
        run.update(networks={"losses": tried, "kept": best, "margin": margin})
        # An interruption is said even if another network is kept.
        ending = fits[name if is_interrupted(network) else best].ending
        if len(fits) > 1:
            print(f"\nkept        {best}, the best on validation\n")
        elif best != "linear" and not changes_forecast(fits[best].model):
            line = f"The network {best} is not better on validation: the linear model is kept"
            ending = join_endings(network, ending, line)
        finished = self.add_intervals(fits[best].model, validation, strengths, data)
        return fits[best]._replace(model=finished, ending=ending)

    def choose_networks(self, data):
        """Return the names of the networks to try: of several the first, where the validation
        windows overlap so much that they cannot tell which one is better."""
        names = self.list_networks()
        if len(names) > 1 and count_independent(data) < 2:
            print(f"network     {names[0]}: too few validation windows to compare it with others")
            return names[:1]
        return names

    def add_intervals(self, network, validation, strengths, data):
        """Measure the errors on the validation windows, fit the linear part to all windows before
        the test, and return the network of raw values with intervals."""
        import numpy as np

        from models.forecaster import window_std, with_intervals
        from training.conformal import fit_half_widths
        from training.linear_forecast import evaluate_in_batches, fit_linear_part

        inputs, y = validation
        errors = y - evaluate_in_batches(network, inputs)
        sizes = np.asarray(window_std(inputs["history"]))[:, 0]  # (windows, channels)
        widths = [
            fit_half_widths(errors[:, :, k], sizes[:, k], self.level) for k in range(y.shape[2])
        ]
        fit_linear_part(network, self.encode(data.before_test, data), strengths=strengths)
        scales = [[getattr(t, name) for t in data.targets] for name in ("mean", "std")]
        return with_intervals(
            self.encoder(data), network, *scales, np.stack(widths, axis=-1), self.log
        )

    def export(self, model, data):
        """Export `forecast`: raw history in, mean and interval of each step out."""
        from runs.endpoint import Endpoint, Export
        from training.arrays import feed_network

        def forecast(inputs):
            return model(feed_network(inputs, data.columns), training=False)

        endpoint = Endpoint(forecast, data.columns)
        return Export(model, {"serve": endpoint, "forecast": endpoint})

    def baselines(self, data):
        from evaluation.forecast_baselines import fit_forecast_baselines

        return fit_forecast_baselines(data)

    def evaluate(self, run, data):
        from evaluation.forecast import evaluate_forecasts
        from tasks.supervised import check_unchanged

        check_unchanged(run, data)
        return evaluate_forecasts(run, data, self.baselines(data), self.level)


def count_independent(data):
    """Return the number of validation windows whose horizons do not overlap."""
    return -(-data.validation.rows // data.lengths.horizon)


def standard_error(errors, data):
    """Return the standard error of the mean of the windows' errors, which overlap."""
    return float(errors.std() / count_independent(data) ** 0.5)


def changes_forecast(network):
    """Return whether a network adds anything to its linear model: its last layer began as 0."""
    from models.forecaster import LAST

    return bool(abs(network.get_layer(LAST).kernel.numpy()).max() > 0)


def describe_linear_fit(network, train, validation):
    """Return the `Fit` of a linear model, whose history has one row."""
    from training.fit import Fit
    from training.linear_forecast import squared_errors

    losses = [[float(squared_errors(network, part).mean())] for part in (train, validation)]
    return Fit(network, dict(zip(("loss", "val_loss"), losses, strict=True)))

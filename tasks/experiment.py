"""The contract: what every experiment promises, whatever it learns."""

from dataclasses import dataclass

from tasks.options import RunOptions


@dataclass(frozen=True)
class Experiment(RunOptions):
    """A lecture topic. `train.py` calls the first five steps in turn, `evaluate.py` the rest.

    The fields are the options of its command. Heavy packages are imported inside the steps, so
    that `--help` answers at once.
    """

    devices = "one"  # "all" if every batch is shared among all GPUs; no option, without a type

    def resolved(self):
        """Return the experiment with its options read from files that may change later."""
        return self

    def load(self):
        """Get what there is to learn from.

        Returns: a `datasets.dataset.Dataset`, an `equations.formulation.Formulation`, or an object
            of the topic's own with `summary()`, lines for the user, and `description()`, what
            `config.json` keeps.
        """
        raise NotImplementedError

    def build(self, data):
        """Build the network: a compiled `keras.Model`, or None if the fit finds it."""
        raise NotImplementedError

    def fit(self, model, data, run):
        """Find the weights.

        Args:
            model: what `build` returned.
            data: what `load` returned.
            run: `runs.run.Run` that is being written; it takes further tables and files.

        Returns: a `training.fit.Fit`.
        """
        raise NotImplementedError

    def watch(self, model, data):
        """Return what an animation shows of the model while it learns.

        Returns: a `runs.frames.Scene`, and the function of no argument that returns the present
            values of a frame; None if there is nothing to see.
        """
        return None

    def watching(self, model, data, run):
        """Return the callbacks that keep what `watch` returns, as a list."""
        from runs.frames import FILE
        from training.frames import KeepFrames

        seen = self.watch(model, data)
        return [KeepFrames(*seen, run.folder / FILE)] if seen else []

    def export(self, model, data):
        """Describe what the SavedModel exports: a `runs.endpoint.Export`.

        Args:
            model: the fitted model.
            data: what `load` returned.
        """
        raise NotImplementedError

    def find_function(self, data):
        """Return the function of numbers that a formula can be sought for.

        Returns: a `datasets.dataset.Dataset` of its rows, without values if these are not measured,
            and the name of the endpoint; or a function of the run that returns both, where only its
            endpoints tell which rows there are.
        """
        return data, "serve"

    def baselines(self, data):
        """Return simpler methods that answer the same, `{name: evaluation.baselines.Baseline}`."""
        return {}

    def animate(self, run, data):
        """Return how the model learned, a `plots.animation.Animation`; None if it was not kept."""
        from evaluation.animation import animate_frames

        return animate_frames(run)

    def evaluate(self, run, data):
        """Score and draw a finished run from its exported endpoints alone.

        Returns: an `evaluation.evaluation.Evaluation`.
        """
        raise NotImplementedError

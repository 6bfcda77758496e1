"""Topics that start from a different run, given by `--from saved_models/NAME`."""

import functools
from dataclasses import dataclass
from typing import Annotated, ClassVar

import tyro

from errors import UserError
from tasks.options import PATH, RunOptions


class SourceRun:
    """The run that a topic starts from.

    Args:
        path: folder of the run.

    Attributes:
        run: `runs.run.Run`, with its `config`, its Keras `network`, and its endpoints by
            `predict(inputs, endpoint)`.
        experiment: its experiment.
    """

    def __init__(self, path):
        from runs.run import Run
        from tasks.catalogue import restore

        self.run = Run(path)
        self.experiment = restore(self.run.config)

    @functools.cached_property
    def data(self):
        """What its experiment loads, e.g. the dataset it was trained on."""
        return self.experiment.load()

    @functools.cached_property
    def function(self):
        """What a formula can be sought for: see `tasks.experiment.Experiment.find_function`."""
        found = self.experiment.find_function(self.data)
        return found(self.run) if callable(found) else found


@dataclass(frozen=True)
class FromRun(RunOptions):
    """Option of a topic that starts from a different run."""

    option_group: ClassVar = "options"

    from_run: Annotated[str, PATH, tyro.conf.arg(name="from")] = ""
    """folder of the run to start from, e.g. saved_models/polynomial"""

    def open_source(self):
        """Return the `SourceRun`; raise UserError if there is none."""
        from training.device import start_tensorflow

        if not self.from_run:
            raise UserError("this experiment starts from a run: give --from saved_models/NAME")
        start_tensorflow(self.devices)
        return SourceRun(self.from_run)

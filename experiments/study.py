"""What a topic has that is not the training of one network: it computes, compares or explains something."""

from dataclasses import dataclass, field
from typing import ClassVar

from experiments.experiment import Options


@dataclass(frozen=True)
class Study(Options):
    """Show how something works, with numbers that are checked and a picture for a slide.

    A topic defines `study`, which train.py calls, and `results`, which evaluate.py calls with the SavedModel.
    """

    kind: ClassVar = "study"

    def study(self, folder):
        """Compute: a `Found`. Large tables beside the history may be written to the run's folder as CSV."""
        raise NotImplementedError

    def results(self, model, folder, history):
        """Check what was computed against what is known by other means: `(metrics, figures)`.

        Args:
            model: the loaded SavedModel.
            folder: of the run.
            history: columns of `history.csv`.

        Returns: `metrics`, what `metrics.json` keeps: `"summary": {"score": its name, "value": number, "baseline": number}` for
        the list of runs, `"tables": {heading: rows}`, the first row the header, and whatever else; `figures`, `{name: figure}`.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Found:
    """What a study found, as train.py exports it.

    Args:
        source: what was studied, in a few words or as text of a formula.
        model: `keras.Model`, saved as `model.keras`; the functions below use it.
        functions: `{"serve": function, ...}` of a dictionary of tensors to a dictionary of tensors.
        signature: `{input name: tf.TensorSpec}` of the functions.
        targets: names of what `serve` answers.
        history: `{column: list}`, a row a step of the study.
        remarks: what else a reader of the report should know.
        trouble: what went wrong, if anything did.
    """

    source: str
    model: object
    functions: dict
    signature: dict
    targets: tuple[str, ...]
    history: dict = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    trouble: str = ""

    def description(self):
        """What `config.json` keeps of it."""
        return {
            "source": self.source,
            "columns": [
                {"name": name, "dtype": spec.dtype.name} for name, spec in self.signature.items()
            ],
            "targets": [{"name": name} for name in self.targets],
            "rows": {},
            "remarks": list(self.remarks),
        }

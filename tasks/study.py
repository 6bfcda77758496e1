"""Studies: topics that compute, compare or explain something instead of training one network."""

from dataclasses import dataclass

from tasks.experiment import Experiment


@dataclass(frozen=True)
class Study(Experiment):
    """Show how something works, with numbers that are checked and a picture for a slide.

    A topic defines the steps of `Experiment`. Where nothing is trained, `build` makes the whole
    model, and `fit` returns it with what was computed as its history.
    """

    def fit(self, model, data, run):
        from training.fit import Fit

        return Fit(model, {})


@dataclass(frozen=True)
class Subject:
    """What a study looks at, if it is no dataset; a topic adds what its steps need.

    Args:
        source: what is studied, in a few words or as the text of a formula.
        remarks: what else a reader of the report should know.
    """

    source: str
    remarks: tuple[str, ...] = ()

    def description(self):
        """Return what `config.json` keeps of it."""
        return {"source": self.source, "rows": {}, "remarks": list(self.remarks)}

    def summary(self):
        """Return a few lines that say what is studied."""
        from errors import to_one_line

        lines = [f"subject     {self.source}", *(f"note        {text}" for text in self.remarks)]
        return "\n".join(map(to_one_line, lines))

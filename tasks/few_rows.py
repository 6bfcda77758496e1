"""Epochs, patience and batches that suit few rows."""

from dataclasses import dataclass, fields, replace

from tasks.training import BatchTraining

STEPS = 33  # in an epoch, for which the default patience is meant
STEPS_WANTED, SMALLEST_BATCH = 10, 8  # steps in an epoch of few rows


@dataclass(frozen=True)
class FewRows(BatchTraining):
    """A training whose defaults are meant for a thousand rows and more."""

    epochs: int = 100
    """maximum number of epochs; by default few rows raise it, and the patience with it"""

    def fit(self, model, data, run):
        return super(FewRows, self.adapt(data.train.rows)).fit(model, data, run)

    def adapt(self, rows):
        """Return this experiment with epochs, patience and batches that suit few rows.

        A few hundred rows make so few steps an epoch that early stopping, which counts epochs,
        would end the training before it has begun. Options that the user sets stay as they are.
        """
        usual = {one.name: one.default for one in fields(self)}
        batch = min(usual["batch_size"], max(SMALLEST_BATCH, rows // STEPS_WANTED))
        steps = -(-rows // batch)
        factor = max(1.0, STEPS / steps)
        epochs = round(factor * usual["epochs"])
        if self.epochs != usual["epochs"]:
            epochs = self.epochs
        patience = min(round(factor * usual["patience"]), epochs)
        values = {
            "batch_size": batch,
            "epochs": epochs,
            "patience": max(patience, usual["patience"]),
        }
        changed = {
            name: value
            for name, value in values.items()
            if getattr(self, name) == usual[name] != value
        }
        if changed:
            listed = ", ".join(
                f"{name.replace('_', ' ')} {value}" for name, value in changed.items()
            )
            print(f"few rows    {listed}")
        return replace(self, **changed)

"""Pictures: a CNN or a dense network, and a look into the convolutions."""

from dataclasses import dataclass, fields, replace
from typing import ClassVar, Literal

from tasks.supervised import Supervised, encoder_of

STEPS = 33  # in an epoch, for which the default patience is meant
STEPS_WANTED, SMALLEST_BATCH = 10, 8  # steps in an epoch of few pictures


@dataclass(frozen=True)
class PictureClassifier(Supervised):
    """Pictures in, a class out; `model` chooses the network."""

    option_group: ClassVar = "network"

    model: Literal["cnn", "dense"] = "cnn"
    """convolutional network, or dense network with dropout"""

    def fit(self, model, data, run):
        return super(PictureClassifier, self.adapt(data.train.rows)).fit(model, data, run)

    def adapt(self, rows):
        """Return this experiment with epochs, patience and batches that suit few pictures.

        A few hundred pictures make so few steps an epoch that early stopping, which counts epochs,
        would end the training before it has begun. Options that the user sets stay as they are.
        """
        usual = {one.name: one.default for one in fields(self)}
        batch = min(usual["batch_size"], max(SMALLEST_BATCH, rows // STEPS_WANTED))
        steps = -(-rows // batch)
        factor = max(1.0, STEPS / steps)
        values = {
            "batch_size": batch,
            "epochs": round(factor * usual["epochs"]),
            "patience": round(factor * usual["patience"]),
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

    def export(self, model, data):
        from models.cnn import feature_maps, find_convolutions
        from runs.endpoint import Endpoint
        from training.arrays import feed_network

        export = super().export(model, data)
        if find_convolutions(model):
            maps = feature_maps(encoder_of(data.columns), model)

            def show_feature_maps(inputs):
                return maps(feed_network(inputs, data.columns), training=False)

            export.endpoints["feature_maps"] = Endpoint(show_feature_maps, data.columns)
        return export

    def figures(self, run, data, predictions):
        from evaluation.supervised_figures import draw_convolutions

        figures = super().figures(run, data, predictions)
        has_maps = "feature_maps" in run.config["endpoints"]
        return figures | (draw_convolutions(run, data) if has_maps else {})

"""Pictures: a CNN or a dense network, and a look into the convolutions."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from tasks.few_rows import FewRows
from tasks.supervised import Supervised, encoder_of


@dataclass(frozen=True)
class PictureClassifier(FewRows, Supervised):
    """Pictures in, a class out; `model` chooses the network."""

    option_group: ClassVar = "network"

    model: Literal["cnn", "dense"] = "cnn"
    """convolutional network, or dense network with dropout"""

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

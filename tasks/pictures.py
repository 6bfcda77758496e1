"""Pictures: a CNN or a dense network, and a look into the convolutions."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from tasks.few_rows import FewRows
from tasks.options import UNITS, check_range
from tasks.supervised import Supervised, encoder_of


@dataclass(frozen=True)
class PictureClassifier(FewRows, Supervised):
    """Pictures in, a class out; `model` chooses the network."""

    option_group: ClassVar = "network"
    dense_units: ClassVar = (256, 128)  # of the dense network

    model: Literal["cnn", "dense"] = "cnn"
    """convolutional network, or dense network with dropout"""
    filters: tuple[int, ...] = ()
    """channels of each block of the CNN; if empty 32 64, or 16 32 64 from 16 pixels on"""
    hidden: tuple[int, ...] = ()
    """units of each dense layer; if empty 128 in the CNN, two layers in the dense network"""
    dropout: float = 0.25
    """fraction dropped after each block of the CNN, and twice that after its dense layers; after
    each layer of the dense network"""

    def check(self):
        super().check()
        check_range(self, filters=(1, UNITS), hidden=(1, UNITS), dropout=(0, 0.99))

    def resolved(self):
        """Return the experiment with the usual units of its network, unless others were given."""
        usual = (128,) if self.model == "cnn" else self.dense_units
        return replace(super().resolved(), hidden=self.hidden or usual)

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

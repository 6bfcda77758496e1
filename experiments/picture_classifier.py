"""What the experiments on pictures share: the choice of network, and a look into the convolutions."""

from dataclasses import dataclass
from typing import Literal

from experiments.experiment import Experiment


@dataclass(frozen=True)
class PictureClassifier(Experiment):
    """Pictures in, a class out; `model` chooses the network."""

    model: Literal["cnn", "dense"] = "cnn"
    """convolutional, or dense with dropout"""

    def endpoints(self, encoder, network):
        from models.cnn import feature_maps

        return {"feature_maps": feature_maps(encoder, network)} if self.model == "cnn" else {}

    def pictures(self, dataset, model, predictions):
        from experiments.pictures import convolution_pictures

        figures = super().pictures(dataset, model, predictions)
        return figures | (convolution_pictures(dataset, model) if self.model == "cnn" else {})

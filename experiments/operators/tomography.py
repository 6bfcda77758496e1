"""Tomography: from projections at few angles back to the picture.

A sinogram holds what remains to be measured of a picture along parallel rays. With few angles and
noise, filtered back-projection draws streaks. Two networks begin with it: post-processing corrects
the picture by a U-Net; unrolled has the solver in the loop, and compares the projection of its
picture with the sinogram in each of its iterations.

The phantoms are random ellipses, and their sinograms are exact integrals in closed form. They do
not come from the projector inside the network, with which it would answer its own question (the
inverse crime). Own pictures are projected as squares of constant value.

Expect 38.7 to 38.9 dB for unrolled and 38.2 dB for post-processing, where filtered back-projection
has 30.1 dB and total variation 36.6 dB. A longer training: --pictures 10000 --epochs 20.

For example: python train.py tomography --model post-processing
             python train.py tomography --angles 15 --noise 0.05
             python train.py tomography --data folder-of-square-pictures
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from tasks.options import ANY, UNITS, FilePath, check_range
from tasks.training import BatchTraining


@dataclass(frozen=True)
class Tomography(BatchTraining):
    data: FilePath = ""
    """folder of square pictures, or npz with an array pictures (pictures, height, width); random
    phantoms if empty"""
    model: Literal["unrolled", "post-processing"] = "unrolled"
    """iterations with the projector inside, or filtered back-projection and a U-Net"""
    angles: int = 30
    """number of angles, spread over half a turn"""
    noise: float = 0.02
    """standard deviation of the noise, as a share of the root mean square of a sinogram"""
    size: int = 64
    """height and width of the pictures; own pictures are resized to it"""
    pictures: int = 2500
    """number of phantoms: training, validation and test together"""
    filters: tuple[int, ...] = ()
    """channels of a U-Net at each resolution; empty chooses them by the model"""
    iterations: int = 4
    """number of iterations of the model unrolled"""
    epochs: int = 6
    learning_rate: float = 2e-3
    batch_size: int = 8
    patience: int = 10

    is_scheduled: ClassVar = True

    def check(self):
        super().check()
        check_range(self, angles=(3, 180), noise=(0, 1), size=(16, 128), pictures=(20, ANY))
        check_range(self, filters=(1, UNITS), iterations=(1, 50))

    def load(self):
        """Return sinograms with noise and the pictures behind them."""
        from datasets.limits import check_size
        from datasets.phantoms import draw_phantoms
        from datasets.tomography import make_sinogram_dataset, read_square_pictures
        from models.projector import count_detectors, list_angles, project_pictures

        angles, detectors = list_angles(self.angles), count_detectors(self.size)
        numbers = self.angles * detectors + self.size**2
        if self.data:
            pictures, remarks = read_square_pictures(self.data, self.size)
            check_size(self.data, len(pictures) * numbers * 4)
            sinograms = project_pictures(pictures, self.angles)
            source = f"pictures in {self.data}"
        else:
            check_size("--pictures", self.pictures * numbers * 4)
            geometry = self.size, angles, detectors
            pictures, sinograms = draw_phantoms(self.pictures, *geometry, self.split_seed)
            source, remarks = f"{self.pictures} phantoms of random ellipses", ()
        measured = pictures, sinograms, self.noise, self.split_seed
        return make_sinogram_dataset(source, *measured, remarks)

    def build(self, data):
        from models.tomography import post_processing, unrolled

        geometry = self.size, self.angles, data.context["peak"]
        if self.model == "unrolled":
            return unrolled(*geometry, self.filters or (16, 32), self.iterations)
        return post_processing(*geometry, self.filters or (32, 64, 128))

    def compile(self, model, data):
        import keras

        rate = self.cosine_decay(data.train.rows)
        model.compile(keras.optimizers.Adam(rate), "mean_squared_error")

    def training_arrays(self, data):
        return tuple(
            (split.inputs["sinogram"], split.targets["picture"])
            for split in (data.train, data.validation)
        )

    def export(self, model, data):
        """Export the picture of a sinogram, and the sinogram of a picture."""
        from datasets.dataset import Column
        from models.projection import Project
        from runs.endpoint import Endpoint, Export

        projector = Project(self.size, self.angles)
        projector.build(data.targets[0].shape)

        def serve(inputs):
            return {"picture": model(inputs["sinogram"])}

        def project(inputs):
            return {"sinogram": projector(inputs["picture"])}

        picture = Column("picture", "array", shape=data.targets[0].shape)
        endpoints = {
            "serve": Endpoint(serve, data.columns),
            "project": Endpoint(project, (picture,)),
        }
        return Export(model, endpoints, projector)

    def baselines(self, data):
        from evaluation.tomography_baselines import fit_tomography_baselines

        return fit_tomography_baselines(data)

    def evaluate(self, run, data):
        from evaluation.tomography import evaluate_tomography
        from tasks.supervised import check_unchanged

        check_unchanged(run, data)
        return evaluate_tomography(run, data, self.baselines(data), is_phantom=not self.data)

"""Jet tagging: which particle made a jet? A gluon, a quark, a W or Z boson or a top quark.

`--model dense` is the lectures' network 40-20-10-5 of high-level features: the mass, the
multiplicity, ratios of correlations of energy. The others read the particles themselves:
`cnn1d` and `gru` as a list in the order of momentum, `interaction` and `transformer` as a set, in
which each particle hears of all others.

By default a parton shower draws the jets. Expect an accuracy of about 0.75 with each of them.

For example: python train.py jets --model interaction
             python train.py jets --data jetImage_0_30p.h5 --model gru
             python train.py jets --data openml --epochs 100
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from datasets.names import OPENML
from errors import UserError
from tasks.options import ANY, PATH, UNITS, RegularisedOptions, check_range
from tasks.supervised import Supervised


@dataclass(frozen=True)
class Jets(RegularisedOptions, Supervised):
    model: Literal["dense", "cnn1d", "gru", "interaction", "transformer"] = "dense"
    """dense network of high-level features, or a network of the particles of a jet"""
    data: Annotated[str, PATH, (OPENML,)] = ""
    """CSV, Parquet or HDF5 file of jets; `openml` for 830000 published jets of 16 features; drawn
    by a parton shower if empty"""
    samples: int = 20000
    """number of jets to draw"""
    particles: int = 30
    """number of particles of a jet that a network reads, the ones of the largest momentum"""
    width: int = 32
    """numbers that describe a particle inside of a network; a multiple of 4 for the transformer"""
    target: str = "class"
    """column to predict"""
    rows: int = 0
    """number of jets to use, chosen at random; 0 uses all"""
    lecture_settings: bool = False
    """use the lectures' literal callbacks: the learning rate falls without a minimum, and the last
    weights are kept instead of the best"""
    hidden: tuple[int, ...] = (40, 20, 10, 5)
    """units of the hidden layers of the dense network"""
    dropout: float = 0.0
    """fraction of units dropped after each hidden layer, 0.25 in the lectures, or before the last
    layer of a network of particles"""
    epochs: int = 50
    batch_size: int = 128
    patience: int = 10

    def check(self):
        super().check()
        check_range(
            self, rows=(0, ANY), samples=(100, 10**7), particles=(2, 1000), width=(1, UNITS)
        )
        if self.model == "transformer" and self.width % 4:
            raise UserError(f"--width must be a multiple of 4. Received: {self.width}")

    def load(self):
        from datasets.jet_particles import load_jet_particles
        from datasets.jets import load_jets

        jets = self.data, self.target, self.split_seed, self.rows, self.samples
        return (
            load_jets(*jets) if self.model == "dense" else load_jet_particles(*jets, self.particles)
        )

    def build(self, data):
        from models.dense import dense_classifier
        from models.particles import particle_classifier

        shape, classes = self.input_shape(data), data.targets[0].size
        if self.model == "dense":
            options = self.hidden, self.dropout, self.activation, self.l2
            return dense_classifier(shape, classes, *options)
        return particle_classifier(shape, classes, self.model, self.width, self.dropout)

    def baselines(self, data):
        from evaluation.jet_baselines import fit_jet_baselines

        return fit_jet_baselines(data, is_table=self.model == "dense")

    def figures(self, run, data, predictions):
        from evaluation.jet_figures import draw_jets

        figures = super().figures(run, data, predictions)
        return figures if self.model == "dense" else figures | draw_jets(data, predictions)

    def advised_options(self):
        options = super().advised_options()
        return options if self.model == "dense" else options | {"hidden": ()}

    def callbacks(self, run, start_loss, margin):
        from training.callbacks import lecture_callbacks

        if self.lecture_settings:
            return lecture_callbacks(run.folder, self.tensorboard)
        return super().callbacks(run, start_loss, margin)

"""Quantise: few bits for each number of a trained network, for an FPGA or another small circuit.

Weights and activations become fixed-point numbers, while the training goes on. `--bits` gives all
of them one width. With `--beta` each weight and each channel learns a width of its own, as the loss
has a term for the bit operations of a row (EBOPs):

    loss = loss of the run + beta * sum over multiplications of (bits of weight * bits of value)

A weight of no bits is zero. Scaling in front, softmax behind and the answers stay as they are.
It needs the package hgq2: pip install -r requirements-fpga.txt

For example: python train.py jets --hidden 64 32 32
             python train.py quantise --from saved_models/jets --bits 6
             python train.py quantise --from saved_models/jets --beta 1e-5 1e-6 1e-4
"""

import math
from dataclasses import dataclass, replace
from typing import ClassVar

from errors import UserError
from tasks.compression import Compression
from tasks.few_rows import FewRows
from tasks.options import check_range

SHRINKING = 2 / 3  # share of the epochs in which learned widths shrink
SEEN = 4096  # training rows that place the points of the numbers


@dataclass(frozen=True)
class Quantise(Compression, FewRows):
    bits: tuple[int, ...] = ()
    """width of every weight and activation, with its sign; the first of several is exported, the
    others are for the picture of score against bit operations. If empty, widths are learned"""
    beta: tuple[float, ...] = (1e-5, 1e-6, 3e-5, 1e-4)
    """weight of the bit operations in the loss, for learned widths; the first of several is
    exported, all are in the picture"""
    epochs: int = 40
    batch_size: int = 128
    learning_rate: float = 5e-3
    patience: int = 40

    is_scheduled: ClassVar = True
    size: ClassVar = "bit_operations"

    def check(self):
        super().check()
        check_range(self, bits=(2, 16), beta=(0, 1))
        if not self.bits and not self.beta:
            raise UserError("--bits or --beta must be given")

    def load(self):
        from runs.packages import FPGA, check_packages

        check_packages(("hgq",), "quantise", FPGA)
        data = super().load()
        self.check_single(data)
        if self.source.run.config["experiment"] == "quantise":
            raise UserError("the run is in fixed point already. Start from the run in floats")
        return data

    @property
    def levels(self):
        """`(name of the option, its values)` of the networks to train."""
        return ("bits", self.bits) if self.bits else ("beta", self.beta)

    def build(self, data):
        return self.build_quantised(data, self.levels[1][0])

    def build_quantised(self, data, level):
        """Return the run's network in fixed point, of a width or for a weight of operations."""
        from models.circuit import find_steps
        from models.fixed_point import fixed_point

        find_steps(self.network)  # a network that cannot be carried is reported before its rows
        (x, *_), _ = self.training_arrays(data)
        return fixed_point(self.network, x[:SEEN], **{self.levels[0]: level})

    def callbacks(self, run, start_loss, margin):
        """Learned widths count from the epoch on in which they have shrunk."""
        from training.callbacks import standard_callbacks

        return standard_callbacks(
            run.folder,
            self.patience,
            None,
            start_loss if self.bits else math.inf,
            monitor=self.monitor,
            tensorboard=self.tensorboard,
            first_epoch=0 if self.bits else round(SHRINKING * self.epochs),
        )

    def fit(self, model, data, run):
        """Quantise the network, then others with the further widths or weights of operations."""
        from models.circuit import CIRCUIT
        from models.fixed_point import count_ebops

        (train, validation), (name, levels) = self.training_arrays(data), self.levels
        teaching = self.adapt(data.train.rows)
        if train[0].ndim > 2 and self.loop == "auto":
            teaching = replace(teaching, loop="graph")  # XLA's convolutions are slow on a CPU
        self.compile(self.network, data)
        front, first = [self.measure(self.network, validation, **{name: "float"})], None
        for level in levels:
            if first:
                print(f"\n{name:<11} {level:g}, for the picture of score against bit operations")
                model = self.build_quantised(data, level)
            snapshot = None if first else run.snapshot
            fit = teaching.fit_arrays(model, train, validation, data, run, snapshot)
            operations = count_ebops(fit.model.get_layer(CIRCUIT))
            print(f"EBOPs       {operations:,}")
            front.append(self.measure(fit.model, validation, **{name: f"{level:g}"}))
            first = first or fit
        self.write_front(run, front)
        return first

    def export(self, model, data):
        """Export the frozen network; `model.keras` has HGQ2's layers, for training and hls4ml."""
        from models.fixed_point import freeze

        frozen = super().export(freeze(model), data)
        return (
            super().export(model, data)._replace(endpoints=frozen.endpoints, encoder=frozen.model)
        )

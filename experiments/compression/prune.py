"""Prune: most weights of a trained network become zero, or most of its units go.

The smallest weights are set to zero while the training goes on, more of them with each step t:

    s(t) = sparsity * (1 - (1 - t / T)^3)

until two thirds of the epochs have passed; in the last third the others recover. Zeros save bit
operations on hardware that is built for one network, and space in a compressed file; a processor
multiplies by them as by any other number. `--by unit` removes whole units and channels instead, so
that the layers are smaller and faster everywhere.

`--rewind 5` looks for a lottery ticket: a new network is trained five times, and after each time a
part of its weights is removed and the others return to what they were early in the training.

For example: python train.py jets --hidden 64 32 32
             python train.py prune --from saved_models/jets --sparsity 0.9
             python train.py prune --from saved_models/jets --by unit --sparsity 0.5
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from errors import UserError
from tasks.compression import Compression
from tasks.options import check_range

RISING = 2 / 3  # share of the epochs in which the sparsity rises
EARLY = 0.1  # share of the epochs after which weights are early ones


@dataclass(frozen=True)
class Prune(Compression):
    sparsity: float = 0.9
    """share of the weights that become zero, or of each hidden layer's units that are removed"""
    by: Literal["weight", "unit"] = "weight"
    """what is removed: single weights, or whole units and channels, which makes layers smaller"""
    rewind: int = 0
    """rounds of training a new network, removing weights and rewinding the others (lottery ticket);
    0 prunes the run's network"""
    further: tuple[float, ...] = (0.5, 0.75, 0.95)
    """further sparsities, for the picture of score against size; none with --rewind, whose rounds
    are drawn"""
    epochs: int = 30
    batch_size: int = 64
    patience: int = 30

    is_scheduled: ClassVar = True

    def check(self):
        super().check()
        check_range(self, sparsity=(0, 0.999), further=(0, 0.999), rewind=(0, 100))
        if self.rewind and self.by == "unit":
            raise UserError("--rewind removes weights. Leave out --by unit")

    @property
    def rising_epochs(self):
        """Number of epochs in which the sparsity rises."""
        return round(RISING * self.epochs) if self.by == "weight" and not self.rewind else 0

    def load(self):
        data = super().load()
        self.check_single(data)
        if self.source.run.config["experiment"] == "quantise":
            raise UserError("a run in fixed point cannot be pruned. Prune first, then quantise")
        return data

    def build(self, data):
        from models.pruning import Pruning

        if self.rewind:
            return Pruning(self.topic.build(data), self.sparsity)
        return self.build_pruned(data, self.sparsity)

    def build_pruned(self, data, sparsity):
        """Return a copy of the run's network that has its smallest parts removed, or will have."""
        from models.pruning import Pruning, copy_network
        from models.shrinking import shrink

        if self.by == "unit":
            return shrink(self.network, sparsity)
        steps = self.rising_epochs * -(-data.train.rows // self.batch_size)
        return Pruning(copy_network(self.network), sparsity, max(1, steps))

    def callbacks(self, run, start_loss, margin):
        """Weights count from the epoch on in which they are as sparse as they shall be."""
        from training.callbacks import standard_callbacks

        return standard_callbacks(
            run.folder,
            self.patience,
            None,
            monitor=self.monitor,
            tensorboard=self.tensorboard,
            first_epoch=self.rising_epochs,
        )

    def fit(self, model, data, run):
        """Prune the network, then others to further sparsities."""
        from training.interrupt import join_endings

        train, validation = self.training_arrays(data)
        self.compile(self.network, data)
        front = [self.measure(self.network, validation, sparsity=0.0)]
        if self.rewind:
            front += self.find_ticket(model, train, validation, data, run)
        fit = self.fit_arrays(model, train, validation, data, run, run.snapshot)
        front.append(self.measure(fit.model, validation, sparsity=self.sparsity))
        for sparsity in self.further if not self.rewind else ():
            print(f"\nsparsity    {sparsity:g}, for the picture of score against size")
            other = self.build_pruned(data, sparsity)
            other = self.fit_arrays(other, train, validation, data, run).model
            front.append(self.measure(other, validation, sparsity=sparsity))
        self.write_front(run, front)
        if self.by == "unit":
            return fit
        network = fit.model.network
        ending = join_endings(fit.model, fit.ending, self.describe_sparsity(network))
        return fit._replace(model=network, ending=ending)

    def find_ticket(self, model, train, validation, data, run):
        """Train, remove a part of the weights, rewind the others; repeat.

        Returns: rows of `front.csv`, one a round.

        Source: J. Frankle and M. Carbin, The Lottery Ticket Hypothesis, arXiv:1803.03635;
        rewinding to early weights from J. Frankle et al., arXiv:1903.01611.
        """
        begin = replace(self, epochs=max(1, round(EARLY * self.epochs)))
        early = begin.fit_arrays(model, train, validation, data, run).model.network.get_weights()
        front = []
        for number in range(1, self.rewind + 1):
            print(f"\nround       {number} of {self.rewind}")
            self.fit_arrays(model, train, validation, data, run)
            kept = (1 - self.sparsity) ** ((number - 1) / self.rewind)
            front.append(self.measure(model, validation, sparsity=1 - kept))
            model.choose_masks(1 - (1 - self.sparsity) ** (number / self.rewind))
            model.network.set_weights(early)
            model.apply_masks()
        return front

    def describe_sparsity(self, network):
        """Return a line if the training stopped before the network was as sparse as asked for."""
        from models.pruning import find_sparsity

        sparsity = find_sparsity(network)
        if sparsity > self.sparsity - 0.01:
            return ""
        return f"The training was stopped when {sparsity:.0%} of the weights were zero"

    def evaluate(self, run, data):
        from evaluation.compression import draw_weights

        found = super().evaluate(run, data)
        return replace(found, figures=found.figures | draw_weights(self.source.run, run))

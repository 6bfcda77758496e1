"""Spiking neurons: pictures by leaky integrate-and-fire layers, and what a spike saves.

A neuron adds its input current I to a potential that leaks, and fires at the threshold 1:

    U(t) = b V(t - 1) + I(t)    S(t) = 1 if U(t) >= 1, else 0    V(t) = U(t) - S(t)

The step S has no useful derivative; the training takes that of an arctangent in its place. Beside
it stands the same network with ReLU: spikes only add weights, where ReLU multiplies.

Expect an accuracy of 0.97 or more on scikit-learn's digits.

For example: python train.py spiking --data mnist-folder --epochs 10 --batch-size 128
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from errors import UserError
from tasks.few_rows import FewRows
from tasks.options import ANY, UNITS, NameOrPath, check_range
from tasks.supervised import Supervised


@dataclass(frozen=True)
class Spiking(FewRows, Supervised):
    data: NameOrPath = "digits"
    """digits, mnist (downloaded), or mnist-5k; a copy of MNIST (idx files or mnist.npz); a folder
    of pictures with a subfolder per class; or an npz with arrays x and y"""
    steps: int = 4
    """steps of time; more steps need more spikes"""
    reset: Literal["subtract", "zero"] = "subtract"
    """after a spike subtract the threshold from the potential, or set it to zero"""
    sparsity: float = 0.1
    """weight of the mean rate of each layer's spikes in the loss; fewer spikes cost less"""
    filters: tuple[int, ...] = (16, 32)
    """channels of each convolution; --filters without a number has dense layers only"""
    units: int = 64
    """neurons of the dense layer"""
    dropout: float = 0.2
    """fraction of the rates dropped before the last layer"""
    augment: float = 0.05
    """shift pictures during training by up to this fraction of their size"""
    epochs: int = 40
    batch_size: int = 64
    learning_rate: float = 2e-3
    patience: int = 40

    is_scheduled: ClassVar = True

    def check(self):
        super().check()
        check_range(self, steps=(1, 1000), filters=(1, UNITS), units=(1, UNITS))
        check_range(self, sparsity=(0, ANY), dropout=(0, 0.99), augment=(0, 1))

    def load(self):
        from datasets.densities import DENSITIES
        from datasets.unlabelled import load_labelled_pictures

        if self.data in DENSITIES:
            raise UserError(
                f"--data {self.data}: expected pictures: digits, mnist, mnist-5k, or a path"
            )
        return load_labelled_pictures(self.data, self.split_seed)

    def build(self, data):
        return self.build_network(data, spiking=True)

    def build_network(self, data, spiking):
        from models.spiking import spiking_classifier

        return spiking_classifier(
            self.input_shape(data),
            data.targets[0].size,
            self.filters,
            self.units,
            self.steps,
            self.reset,
            self.sparsity,
            self.dropout,
            data.columns[0].max_pixel,
            self.augment,
            spiking,
        )

    def fit(self, model, data, run):
        """Fit also the same network with ReLU; both are exported."""
        import keras

        fit = super().fit(model, data, run)
        print("\nThe same network with ReLU in place of the neurons:")
        adapted = self.adapt(data.train.rows)
        relu = self.build_network(data, spiking=False)
        twin = adapted.fit_arrays(relu, *self.training_arrays(data), data, run)
        outputs = {"spiking": fit.model(model.input), "relu": twin.model(model.input)}
        return fit._replace(model=keras.Model(model.input, outputs, name="both"))

    def export(self, model, data):
        """Export answers with their cost, `trace` in time, and `relu`, the network with ReLU."""
        from models.spiking import count_operations, trace_neurons
        from runs.endpoint import Endpoint, Export
        from training.arrays import feed_network

        (column,) = data.columns
        spiking, relu = model.get_layer("spiking"), model.get_layer("relu")
        tracing = trace_neurons(spiking)
        exports = {
            "serve": (super().export(spiking, data), count_operations(spiking, self.steps)),
            "relu": (super().export(relu, data), count_operations(relu, 0)),
        }

        def read(inputs):
            (x,) = feed_network(inputs, data.columns).values()
            return x

        def add_cost(export, count):
            def answer(inputs):
                return export.endpoints["serve"].function(inputs) | count(read(inputs))

            return answer

        def trace(inputs):
            spikes, potentials = tracing(read(inputs))
            return {f"{name}_spikes": x for name, x in spikes.items()} | {
                f"{name}_potentials": x for name, x in potentials.items()
            }

        endpoints = {
            name: Endpoint(add_cost(*both), data.columns) for name, both in exports.items()
        }
        endpoints["trace"] = Endpoint(trace, data.columns)
        return Export(exports["serve"][0].model, endpoints, exports["relu"][0].model)

    def evaluate(self, run, data):
        from evaluation.spiking import add_spikes

        return add_spikes(super().evaluate(run, data), run, data)

"""Knowledge distillation: a small student learns from the probabilities of a trained network.

The teacher's probabilities say more than the label, e.g. that a 7 looks a little like a 1:

    loss = alpha * cross entropy(true class) + (1 - alpha) * T^2 * KL(teacher || student)

with the probabilities of both softened by the temperature T. For numbers, both terms are squared
errors. The same student is trained on the labels alone, and is scored beside it. An ensemble can be
a teacher too.

For example: python train.py mnist --model cnn
             python train.py knowledge-distillation --from saved_models/mnist --hidden 32
             python train.py knowledge-distillation --from saved_models/mnist --filters 16 32
                 --hidden                                (without a number: no dense layer)
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from errors import UserError
from tasks.compression import Compression
from tasks.few_rows import FewRows
from tasks.options import UNITS, check_range
from tasks.supervised import Supervised, encoder_of

SHIFT = 0.08  # of a picture: two of 28 pixels
ALONE = "student-alone"  # folder of the student that learned from labels only


@dataclass(frozen=True)
class KnowledgeDistillation(Compression, FewRows):
    hidden: tuple[int, ...] = (32,)
    """units of the student's hidden layers"""
    filters: tuple[int, ...] = ()
    """channels of the student's convolutions before them, for pictures; each halves the size"""
    temperature: float = 2.0
    """divides the logits of both networks; a larger one gives more weight to unlikely classes"""
    alpha: float = 0.5
    """weight of the true answers; the teacher's answers have the rest"""
    shifted: int = 0
    """shifted copies of each training picture, which the teacher answers too"""
    further: tuple[float, ...] = (0.25, 0.5, 2.0)
    """further students, with this many times the units, for the picture of score against size"""
    epochs: int = 50
    batch_size: int = 128
    learning_rate: float = 2e-3
    patience: int = 50

    source_name: ClassVar[str] = "teacher"
    is_scheduled: ClassVar[bool] = True

    def check(self):
        super().check()
        check_range(self, hidden=(1, UNITS), filters=(1, UNITS))
        check_range(self, temperature=(0.01, 1000), alpha=(0, 1), further=(0.001, 1000))
        check_range(self, shifted=(0, 20))

    def load(self):
        data = super().load()
        shape = self.input_shape(data)
        if len(data.targets) > 1 or data.targets[0].probabilistic:
            raise UserError(
                "a student learns one answer: a class, or a number without its uncertainty. "
                f"{self.from_run} has {len(data.targets)} targets"
                + (", with uncertainty" if data.targets[0].probabilistic else "")
            )
        if None in shape:
            raise UserError(
                f"a student needs rows of one size, and {self.from_run} takes lists of any length"
            )
        if self.filters and len(shape) != 3:
            raise UserError("--filters is for pictures. Leave it out")
        if self.shifted and len(shape) != 3:
            raise UserError("--shifted is for pictures. Leave it out")
        # The teacher's probabilities are corrected for the weights of the classes already.
        return replace(data, targets=(replace(data.targets[0], class_weights=()),))

    def build(self, data):
        return self.build_student(data, 1.0)

    def build_student(self, data, factor):
        """Build a student with this many times the units and channels."""
        from models.student import student

        (target,) = data.targets
        hidden, filters = (
            tuple(max(1, round(factor * units)) for units in sizes)
            for sizes in (self.hidden, self.filters)
        )
        shape, max_pixel = self.input_shape(data), data.columns[0].max_pixel
        return student(shape, target.head, target.size, hidden, filters, max_pixel)

    def losses(self, data):
        from training.distillation import distillation_loss

        return [distillation_loss(data.targets[0].head, self.temperature, self.alpha)]

    def metrics(self, data):
        from training.distillation import choose_student_metric

        return [[choose_student_metric(data.targets[0].head)]]

    def training_arrays(self, data):
        from training.distillation import add_shifted

        train = data.train
        if self.shifted:
            train = add_shifted(train, self.shifted, SHIFT, self.seed)
        return tuple(self.teach(data, split) for split in (train, data.validation))

    def count_training_rows(self, data):
        return (1 + self.shifted) * data.train.rows

    def teach(self, data, split):
        """Return the rows of a split with the true answers and the teacher's beside them."""
        import numpy as np

        from training.arrays import encode_split
        from training.distillation import join_answers

        (target,) = data.targets
        weights = split.roles.get("weight", np.ones(split.rows, "float32"))
        x, (true,), _ = encode_split(encoder_of(data.columns), data, split)
        answers = self.source.run.predict(split.inputs)
        taught = (
            answers[f"{target.name}_probabilities"]
            if target.classes
            else target.encode(answers[target.name]).reshape(split.rows, -1)
        )
        return x, join_answers(true, taught), weights

    def fit(self, model, data, run):
        """Fit the student, the same student alone, and further students."""
        import keras

        from models.pruning import copy_network

        arrays, teaching = self.training_arrays(data), self.adapt(data.train.rows)
        alone, labels_only = copy_network(model), replace(teaching, alpha=1.0)
        fit = teaching.fit_arrays(model, *arrays, data, run, run.snapshot)
        print("\nThe same student without the teacher:")
        keras.utils.set_random_seed(self.seed)
        labels_only.fit_arrays(alone, *arrays, data, run)
        self.write_alone(alone, data, run)

        front = [
            self.measure_teacher(data, arrays[1]),
            self.measure(fit.model, arrays[1], student="student"),
            self.measure(alone, arrays[1], student="alone"),
        ]
        for factor in self.further:
            print(
                f"\nstudent     {factor:g} times the units, for the picture of score against size"
            )
            keras.utils.set_random_seed(self.seed)
            other = self.build_student(data, factor)
            other = teaching.fit_arrays(other, *arrays, data, run).model
            front.append(self.measure(other, arrays[1], student=f"x {factor:g}"))
        self.write_front(run, front)
        return fit

    def write_alone(self, alone, data, run):
        """Write the SavedModel of the student without a teacher beside the run's own."""
        from runs.saved_model import write_saved_model

        folder = run.folder / ALONE
        folder.mkdir(exist_ok=True)
        export = self.export(alone, data)
        write_saved_model(export.model, export.endpoints, folder)

    def measure_teacher(self, data, validation):
        from evaluation.compression import count_bit_operations, count_parameters

        ((metric,),), network = self.metrics(data), self.source.run.network
        _, y, _ = validation
        head = data.targets[0].head
        taught = y[:, 2:] if head == "sigmoid" else y[:, 1:]
        return {
            "student": "teacher",
            "parameters": count_parameters(network),
            "bit_operations": count_bit_operations(network),
            metric.__name__: float(metric(y, taught).numpy().mean()),
        }

    def export(self, model, data):
        from models.pruning import drop_loss

        return Supervised.export(self, drop_loss(model), data)

    def other_methods(self, run, data):
        from runs.saved_model import load_saved_model, predict

        alone = load_saved_model(run.folder / ALONE)
        return super().other_methods(run, data) | {
            "student alone": lambda inputs: predict(alone, inputs)
        }

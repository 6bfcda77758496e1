"""The exam: your own table. Finds out what the columns are, regression or classification, and fits.

For example: python train.py table --data flowers.csv --target species
"""

from dataclasses import dataclass, replace
from typing import Literal

from tasks.options import FilePath
from tasks.own_builder import OwnBuilder
from tasks.tables import TableModel


@dataclass(frozen=True)
class Table(OwnBuilder, TableModel):
    data: FilePath = ""
    """table as text (CSV), Parquet, Excel or JSON; folder of them, pattern such as
    "folder/*.csv", or kaggle:owner/name[/versions/N][/file]"""
    target: tuple[str, ...] = ()
    """column or columns to predict"""
    test_data: FilePath = ""
    """file of the same columns with the test rows; a fifth of --data if empty"""
    task: Literal["auto", "regression", "classification"] = "auto"
    """predict numbers or classes; auto decides by the target's values"""
    categories: tuple[str, ...] = ()
    """columns that are categories although they look like numbers or dates, e.g. codes"""
    numbers: tuple[str, ...] = ()
    """columns that are numbers although some values are not; the others count as missing"""
    group: str = ""
    """column that is the same in rows that belong together, e.g. the patient; every group trains,
    validates or tests as a whole"""
    time: str = ""
    """column of numbers or dates that orders the rows; the latest fifth tests"""
    weights: str = ""
    """column of numbers that say how much each row counts, in the training and in the scores"""
    class_weights: Literal["none", "balanced"] = "none"
    """give rare classes larger weights in the training; the exported probabilities are corrected
    for it"""
    decide: Literal["likely", "balanced"] = "likely"
    """class to predict: the most probable one, or the one that is most probable compared with its
    frequency, for rare classes that should not be missed"""
    stream: Literal["auto", "yes", "no"] = "auto"
    """read the table in pieces, for data larger than memory; auto does so above 500 MB"""

    def load(self):
        from datasets.roles import Roles
        from datasets.user_table import load_table

        roles = Roles(self.categories, self.numbers, self.group, self.time, self.weights)
        data = load_table(
            self.data,
            self.target,
            self.split_seed,
            self.task,
            self.probabilistic,
            self.test_data,
            self.stream,
            self.members,
            roles,
        )
        targets = tuple(self.balance(data, target) for target in data.targets)
        return replace(data, targets=targets, remarks=(*data.remarks, *self.find_idle(targets)))

    def find_idle(self, targets):
        """Return remarks about options that have no effect on these targets."""
        with_classes = [target.name for target in targets if target.classes]
        if not with_classes and (self.class_weights, self.decide) != ("none", "likely"):
            yield "--class-weights and --decide have no effect: no target has classes"
        if len(with_classes) == len(targets) and self.probabilistic:
            yield "--probabilistic has no effect: no target is a number"

    def balance(self, data, target):
        """Return a target with the weights of its classes, in the training and in decisions."""
        if not target.classes:
            return target
        counts = data.train.class_counts(target.name)
        mean = sum(counts.values()) / len(counts)
        # A class without training rows has no weight; its probability stays near zero.
        rare = tuple(mean / counts[label] if label in counts else 1.0 for label in target.classes)
        return replace(
            target,
            class_weights=rare if self.class_weights == "balanced" else (),
            decision_weights=rare if self.decide == "balanced" else (),
        )

    def build_member(self, data):
        return self.build_own(data) if self.builder else super().build_member(data)

    def warm_start(self, model, train, validation, data):
        if self.builder:  # its layers start as they were built
            return 0.0
        return super().warm_start(model, train, validation, data)

    def count_members(self, data):
        # Other members would validate on rows before those that they train on.
        return 1 if self.time and not self.members else super().count_members(data)

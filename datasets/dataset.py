"""What a dataset is: arrays split into train, validation and test, with names and units of what is in them."""

import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

import numpy as np

from errors import one_line


@dataclass(frozen=True)
class Column:
    """One input of a network, and what its training rows look like.

    Args:
        name: as the user wrote it in the header of a table, or the name of a coordinate.
        kind: "number", "category", "date" (text in ISO 8601) or "image".
        unit: shown on axes, "" where there is none.
        mean: of the training rows; of a date in days since 1970.
        std: standard deviation of the training rows, never 0.
        has_missing: whether training rows lack it; then the network also sees where it is missing.
        vocabulary: the categories seen in training, most frequent first.
        shape: height, width and channels of an image; () for a scalar.
        dtype: of the numbers or pixels as they come, e.g. "uint8".
        brightest: largest value of a pixel.
    """

    name: str
    kind: str = "number"
    unit: str = ""
    mean: float = 0.0
    std: float = 1.0
    has_missing: bool = False
    vocabulary: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    dtype: str = "float32"
    brightest: float = 255.0


@dataclass(frozen=True)
class Target:
    """One answer of a network.

    Args:
        name: as the user wrote it.
        unit: of a regression target.
        classes: the labels of a classification target in the order of the probabilities; () for a regression.
        mean, std: of a regression target's training rows, for scaling.
        probabilistic: whether a regression predicts a standard deviation beside the mean.
    """

    name: str
    unit: str = ""
    classes: tuple = ()
    mean: float = 0.0
    std: float = 1.0
    probabilistic: bool = False

    @property
    def head(self):
        """The last layer that suits it: "softmax", "sigmoid" (two classes), "linear" or "gaussian"."""
        if self.classes:
            return "sigmoid" if len(self.classes) == 2 else "softmax"
        return "gaussian" if self.probabilistic else "linear"

    @property
    def label(self):
        """Name and unit, for an axis."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    def encode(self, values):
        """Turn the user's values, shape (rows,), into what the loss compares: class numbers or scaled values."""
        if self.classes:
            order = np.argsort(self.classes)
            return order[np.searchsorted(np.asarray(self.classes)[order], values)].astype("int32")
        return ((np.asarray(values, "float64") - self.mean) / self.std).astype("float32")


class Split(NamedTuple):
    """Rows for one use: `{name: array}` of inputs and of targets, rows along the first axis."""

    inputs: dict
    targets: dict

    @property
    def rows(self):
        return len(next(iter(self.inputs.values())))

    def take(self, chosen):
        """The chosen rows, by number or by True and False."""
        return Split(*({name: values[chosen] for name, values in part.items()} for part in self))

    @property
    def sample(self):
        """Rows for what cannot take more than fit into memory: here all of them."""
        return self

    def class_counts(self, name):
        """Rows of each class of a target, `{label: rows}`."""
        labels, counts = np.unique(self.targets[name], return_counts=True)
        return dict(zip(labels.tolist(), counts.tolist(), strict=True))


@dataclass(frozen=True)
class StreamedSplit:
    """Rows that stay in their files, since they may be more than fit into memory.

    Args:
        rows: how many there are.
        sample: `Split` of some of them, drawn at random.
        counts: `{target: {label: rows}}` of the classifications.
        pieces: called, an iterator of `Split` over all rows, in their order.
    """

    rows: int
    sample: Split
    counts: dict
    pieces: Callable

    def class_counts(self, name):
        """Rows of each class of a target, `{label: rows}`."""
        return self.counts[name]


def joined(*splits):
    """One split with the rows of several, in their order."""
    return Split(
        {
            name: np.concatenate([split.inputs[name] for split in splits])
            for name in splits[0].inputs
        },
        {
            name: np.concatenate([split.targets[name] for split in splits])
            for name in splits[0].targets
        },
    )


@dataclass(frozen=True)
class Dataset:
    """Arrays in memory, split; the training rows may stay in their files.

    Args:
        source: where the numbers come from, in words.
        train: rows the weights are fitted to.
        validation: rows that decide when to stop.
        test: rows that nothing but the final score has seen.
        columns: describes each input.
        targets: describes each target.
        others: further splits to score, by name, e.g. "outside the interval".
        remarks: what the user should know about the data, e.g. columns left out.
    """

    source: str
    train: Split | StreamedSplit
    validation: Split
    test: Split
    columns: tuple[Column, ...]
    targets: tuple[Target, ...]
    others: dict[str, Split] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def streamed(self):
        """Whether the training rows are read in pieces."""
        return isinstance(self.train, StreamedSplit)

    def fingerprint(self):
        """Checksum of the test rows, by which evaluation knows that it scores the split that training left alone."""
        check = 0
        for values in (*self.test.inputs.values(), *self.test.targets.values()):
            check = zlib.crc32(
                np.ascontiguousarray(values).astype(
                    str if values.dtype == object else values.dtype
                ),
                check,
            )
        return f"{check:08x}"

    def description(self):
        """What `config.json` keeps of it."""
        return {
            "source": self.source,
            "rows": {
                "train": self.train.rows,
                "validation": self.validation.rows,
                "test": self.test.rows,
            },
            "fingerprint": self.fingerprint(),
            "columns": [asdict(column) for column in self.columns],
            "targets": [asdict(target) for target in self.targets],
            "remarks": self.remarks,
        }

    def summary(self):
        """A few lines that tell what is in it."""
        answers = []
        for target in self.targets:
            classes = ", ".join(map(str, target.classes[:12])) + (
                ", ..." if len(target.classes) > 12 else ""
            )
            answers.append(
                f"{target.label} ({f'{len(target.classes)} classes: {classes}' if classes else 'regression'})"
            )
        names = ", ".join(column.name for column in self.columns[:12]) + (
            ", ..." if len(self.columns) > 12 else ""
        )
        lines = [
            f"data        {self.source}",
            f"rows        {self.train.rows} train, {self.validation.rows} validation, {self.test.rows} test",
            f"inputs      {len(self.columns)}: {names}",
            f"targets     {'; '.join(answers)}",
        ]
        return "\n".join(
            map(one_line, lines + [f"note        {remark}" for remark in self.remarks])
        )

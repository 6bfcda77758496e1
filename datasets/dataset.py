"""What a dataset is: arrays split into train, validation and test, with names, shapes and units."""

import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import NamedTuple

import numpy as np

from errors import to_one_line

LISTED = 12  # names in a summary
TEXT = ("category", "date", "text")  # kinds of columns that are text


@dataclass(frozen=True)
class Column:
    """One input of a network or an endpoint, and what its training rows look like.

    Args:
        name: name as in the header of the user's table, or name of a coordinate.
        kind: "number", "category", "date" (text in ISO 8601), "text" (a whole one), "image",
            "array" (a window, a grid), "sequence" (a series of any length, which ends in NaN
            where it is padded), "history" (steps of a series in time, of any number, or those
            ahead), "nodes" or "graphs" (features of the nodes of one graph, or of many), "bodies"
            (a vector or a number for each of any number of bodies), "function" (values on a grid of
            any length, at scattered points, or a number), or "sinogram".
        unit: unit for axes, "" if there is none.
        mean: mean of the training rows; for a date in days since 1970; for a sequence a number for
            each channel.
        std: standard deviation of the training rows, never 0; as the mean.
        has_missing: whether values are missing in training rows; then the network also sees where.
        vocabulary: categories in the training rows, most frequent first; of graphs the names of
            the features.
        shape: shape of one row's value, e.g. height, width and channels of an image; () for a
            scalar.
        dtype: type of the values as they come, e.g. "uint8".
        max_pixel: largest value of a pixel.
        limits: smallest and largest number that is not absurd; others count as these. () for none.
        text_format: how the values are written where they are text: the decimal mark of numbers, ""
            for a point, or the format of dates.
        per_row: whether every row has a value of its own; otherwise all rows share one, e.g. the
            number of samples to draw.
        default: value of an input for all rows, where none is given; None if one must be.
    """

    name: str
    kind: str = "number"
    unit: str = ""
    mean: float | tuple[float, ...] = 0.0
    std: float | tuple[float, ...] = 1.0
    has_missing: bool = False
    vocabulary: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    dtype: str = "float32"
    max_pixel: float = 255.0
    limits: tuple[float, ...] = ()
    text_format: str = ""
    per_row: bool = True
    default: float | str | None = None

    @property
    def label(self):
        """Name and unit, for an axis."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class Target:
    """One answer of a network.

    Args:
        name: name as in the user's table.
        unit: unit of a regression target.
        classes: labels of a classification in the order of the probabilities; () for a regression.
        mean, std: mean and standard deviation of a regression's training rows, for scaling.
        probabilistic: whether a regression predicts a standard deviation beside the mean.
        shape: shape of one row's answer, e.g. (steps, columns) of a forecast; () for a number.
        text_format: decimal mark of numbers that are written as text, "" for a point.
        class_weights: weight of each class in the training, for which the probabilities are
            corrected; () for equal ones.
        decision_weights: factors of the probabilities when a class is chosen; () for equal ones.
    """

    name: str
    unit: str = ""
    classes: tuple = ()
    mean: float = 0.0
    std: float = 1.0
    probabilistic: bool = False
    shape: tuple[int, ...] = ()
    text_format: str = ""
    class_weights: tuple[float, ...] = ()
    decision_weights: tuple[float, ...] = ()

    @property
    def head(self):
        """The suitable last layer: "softmax", "sigmoid" (two classes), "linear" or "gaussian"."""
        if self.classes:
            return "sigmoid" if len(self.classes) == 2 else "softmax"
        return "gaussian" if self.probabilistic else "linear"

    @property
    def size(self):
        """Number of classes of a classification, or of numbers of a regression."""
        return len(self.classes) or int(np.prod(self.shape))

    @property
    def label(self):
        """Name and unit, for an axis."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    def weigh_rows(self, values):
        """Return the weight of each row's class in the training, `(rows,)`."""
        if not self.class_weights:
            return np.ones(len(values), "float32")
        return np.array(self.class_weights, "float32")[self.encode(values)]

    def decide(self, probabilities):
        """Return the class to predict for each row, given `(rows, classes)`."""
        chosen = np.argmax(probabilities * np.array(self.decision_weights or 1.0), axis=1)
        return np.asarray(self.classes)[chosen]

    def encode(self, values):
        """Turn values `(rows, *shape)` into what the loss compares: class or scaled numbers."""
        if self.classes:
            # Not as NumPy's text, which drops zero characters at the end.
            classes = np.array(self.classes, object if isinstance(self.classes[0], str) else None)
            order = np.argsort(classes)
            return order[np.searchsorted(classes[order], values)].astype("int32")
        scaled = ((np.asarray(values, "float64") - self.mean) / self.std).astype("float32")
        return scaled.reshape(len(scaled), -1) if self.shape else scaled


class Split(NamedTuple):
    """Rows for one use, as dictionaries of arrays with the rows along the first axis.

    Args:
        inputs: `{column: (rows, *shape)}`.
        targets: `{target: (rows, *shape)}`; empty if nothing is to be predicted.
        labels: `{name: (rows,)}`, known when scoring only, e.g. true clusters or anomalies.
        roles: `{"weight": (rows,)}`, how much each row counts, and `{"group": (rows,)}`, equal in
            rows that belong together; either may be missing.
    """

    inputs: dict
    targets: dict
    labels: dict = {}  # noqa: RUF012  never changed
    roles: dict = {}  # noqa: RUF012  never changed

    @property
    def rows(self):
        return len(next(iter(self.inputs.values())))

    def take(self, chosen):
        """Return the chosen rows, by number or by True and False."""
        return Split(*({name: x[chosen] for name, x in part.items()} for part in self))

    @property
    def sample(self):
        """Rows for what cannot take more than fit into memory: here all of them."""
        return self

    def class_counts(self, name):
        """Return the number of rows of each class of a target, `{label: rows}`."""
        labels, counts = np.unique(self.targets[name], return_counts=True)
        return dict(zip(labels.tolist(), counts.tolist(), strict=True))

    def unlabelled(self):
        """Return the same rows with the targets turned into labels."""
        return Split(self.inputs, {}, self.labels | self.targets, self.roles)


@dataclass(frozen=True)
class StreamedSplit:
    """Rows that stay in their files, since they may be more than fit into memory.

    Args:
        rows: number of rows.
        sample: `Split` of some of them, drawn at random.
        counts: `{target: {label: rows}}` of the classifications.
        pieces: function that returns an iterator of `Split` over all rows, in their order.
    """

    rows: int
    sample: Split
    counts: dict
    pieces: Callable

    def class_counts(self, name):
        """Return the number of rows of each class of a target, `{label: rows}`."""
        return self.counts[name]


def join_splits(*splits):
    """Return one split with the rows of several, in their order."""
    return Split(
        *(
            {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
            for parts in zip(*splits, strict=True)
        )
    )


@dataclass(frozen=True)
class Dataset:
    """Arrays in memory, split; the training rows may stay in their files.

    Args:
        source: where the numbers come from, in words.
        train: rows the weights are fitted to.
        validation: rows that decide when to stop.
        test: rows that only the final score sees.
        columns: descriptions of the inputs.
        targets: descriptions of the targets; () if nothing is to be predicted.
        extra_splits: further splits to score, by name, e.g. "outside the interval".
        remarks: what the user should know about the data, e.g. columns that were left out.
        context: `{name: array}` that all rows share, e.g. a graph or a vocabulary.
    """

    source: str
    train: Split | StreamedSplit
    validation: Split
    test: Split
    columns: tuple[Column, ...]
    targets: tuple[Target, ...] = ()
    extra_splits: dict[str, Split] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    context: dict = field(default_factory=dict)

    @property
    def streamed(self):
        """Whether the training rows are read in pieces."""
        return isinstance(self.train, StreamedSplit)

    def unlabelled(self):
        """Return the same data with nothing to predict; targets become labels, for scoring only."""
        parts = {name: getattr(self, name).unlabelled() for name in ("train", "validation", "test")}
        extra = {name: split.unlabelled() for name, split in self.extra_splits.items()}
        return replace(self, **parts, targets=(), extra_splits=extra)

    def fingerprint(self):
        """Return a checksum of the test rows, which shows whether the data is that of training."""
        check = 0
        for part in self.test:
            for values in part.values():
                if values.dtype.kind in "OUT":  # text, one by one: rows may differ in length
                    for text in values.tolist():
                        check = zlib.crc32(str(text).encode(), check)
                else:
                    check = zlib.crc32(np.ascontiguousarray(values), check)
        return f"{check:08x}"

    def count_classes(self, target):
        """Return `(label, training rows)` of each class, in the order of the probabilities."""
        counts = self.train.class_counts(target.name)
        return [(label, counts.get(label, 0)) for label in target.classes]

    def description(self):
        """Return what `config.json` keeps of it."""
        splits = {"train": self.train, "validation": self.validation, "test": self.test}
        return {
            "source": self.source,
            "rows": {name: split.rows for name, split in splits.items()},
            "fingerprint": self.fingerprint(),
            "columns": [column.name for column in self.columns],
            "max_pixel": self.columns[0].max_pixel,
            "targets": [asdict(target) for target in self.targets],
            "class_counts": {
                target.name: [[label, rows] for label, rows in self.count_classes(target)]
                for target in self.targets
                if target.classes
            },
            "remarks": self.remarks,
        }

    def summary(self):
        """Return a few lines that say what is in it."""
        rows = self.description()["rows"]
        lines = [
            f"data        {self.source}",
            f"rows        {', '.join(f'{count} {name}' for name, count in rows.items())}",
            f"inputs      {len(self.columns)}: {list_names([c.name for c in self.columns])}",
        ]
        if self.targets:
            lines.append(f"targets     {'; '.join(map(describe_target, self.targets))}")
        if self.test.labels:
            lines.append(f"labels      {list_names(self.test.labels)}, for scoring only")
        return "\n".join(map(to_one_line, lines + [f"note        {text}" for text in self.remarks]))


def describe_target(target):
    """Return name, unit and kind of a target in words."""
    if not target.classes:
        return f"{target.label} (regression)"
    return f"{target.label} ({len(target.classes)} classes: {list_names(target.classes)})"


def list_names(names):
    """Return the first names, separated by commas."""
    names = [str(name) for name in names]
    return ", ".join(names[:LISTED]) + (", ..." if len(names) > LISTED else "")

"""The first pass over a table in pieces: what its columns are, and the rows held in memory."""

import pandas as pd

from datasets.column_summary import ColumnSummary
from datasets.dataset import Target
from datasets.input_choice import choose_by_facts
from datasets.labels import describe_joined
from datasets.progress import report_progress
from datasets.target_column import choose_classes, describe_missing
from datasets.target_summary import TargetSummary


class TableScan:
    """Summaries of a table's columns, and the rows that are held in memory.

    Args:
        files: `datasets.table_files.TableFiles`.
        splitter: `datasets.stream_split.StreamSplitter`.
        pieces: iterator of `pandas.DataFrame`, from `files`.

    Attributes:
        rows: number of rows with all targets.
        dropped: number of the other rows.
        training_rows: number of rows that train.
    """

    def __init__(self, files, splitter, pieces):
        targets = splitter.targets
        self.columns = {name: ColumnSummary(name) for name in files.names if name not in targets}
        self.targets = {name: TargetSummary(name) for name in targets}
        self.rows = self.dropped = self.training_rows = 0
        self.held = {"validation": [], "test": [], "sample": []}
        for piece in splitter.split(report_progress(pieces, files.rows, "reading")):
            self.add(piece)
        # Complete now that all pieces have been read.
        self.contents = {name: files.get_content(name) for name in files.names}
        self.describe = files.interpreter.describe

    def add(self, piece):
        """Add a `SplitPiece`."""
        for name, summary in (self.columns | self.targets).items():
            summary.add(piece.frame[name], piece.train)
        for part, frames in self.held.items():
            frames.append(piece.frame[getattr(piece, part)])
        self.rows += len(piece.frame)
        self.dropped += piece.dropped
        self.training_rows += int(piece.train.sum())

    def choose_classes(self, task):
        """Decide which targets are classifications, see `datasets.target_column.describe_target`.

        Returns: `({target: classes}, remarks)`.
        """
        classes = {}
        remarks = describe_missing(self.dropped, self.rows + self.dropped, self.targets)
        for name, summary in self.targets.items():
            joined = summary.join_spellings()
            facts = summary.to_facts(self.contents[name])
            classes[name], remark = choose_classes(name, facts, task)
            remarks += [remark, *describe_joined(name, joined)]
        return classes, remarks

    def choose_columns(self):
        """Choose the inputs, see `datasets.input_choice.choose_inputs`.

        Returns: `(columns, remarks)`: a tuple of `Column`, and what the user should know.
        """
        facts = {
            name: summary.to_facts(self.contents[name]) for name, summary in self.columns.items()
        }
        names, remarks = choose_by_facts(facts)
        joined = {name: self.columns[name].join_spellings() for name in names}
        columns = tuple(
            self.columns[name].to_column(self.describe, self.contents[name]) for name in names
        )
        spellings = [text for name in names for text in describe_joined(name, joined[name])]
        return columns, [*spellings, *remarks]

    def describe_targets(self, classes, probabilistic):
        """Return a tuple of `Target`, given the classes of each from `choose_classes`."""

        def describe(name, summary):
            if classes[name]:
                return Target(name, classes=classes[name])
            column, moments = self.describe(name, "number"), summary.moments
            return Target(
                name, column.unit, mean=float(moments.mean), std=moments.std,
                probabilistic=probabilistic, text_format=column.text_format,
            )  # fmt: skip

        return tuple(describe(name, summary) for name, summary in self.targets.items())

    def class_counts(self, classes):
        """Return the training rows of each class, `{classification: {label: rows}}`."""
        return {
            name: summary.class_counts(classes[name])
            for name, summary in self.targets.items()
            if classes[name]
        }

    def take_held(self, part):
        """Return the rows of "validation", "test" or "sample" as a `pandas.DataFrame`, once."""
        return pd.concat(self.held.pop(part))

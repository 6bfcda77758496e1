"""A table that is larger than memory as a dataset: read once to find out what it holds, and again for its training rows."""

import sys
import time
from functools import partial

import numpy as np
import pandas as pd

from datasets.column_summary import ColumnSummary, TargetSummary
from datasets.columns import choose_columns, to_inputs
from datasets.dataset import Dataset, Split, StreamedSplit, Target
from datasets.table import check_rows, check_targets
from datasets.target_column import (
    check_name,
    check_task,
    decide,
    drop_missing_targets,
    missing_told,
    target_values,
)
from errors import UserError

MOST_HELD = 100_000  # rows about to validate, and as many to test with
MOST_SAMPLED = 200_000  # training rows about, for what cannot take them all


def streamed_dataset(
    source,
    files,
    targets,
    split_seed,
    task="auto",
    probabilistic=False,
    test=None,
    rows_at_once=None,
):
    """`datasets.table.table_dataset` for files that are read in pieces: it decides and says the same.

    Only the split is another: which part a row belongs to follows from one random number, drawn in the order of the rows.
    The rows to validate and to test with are held in memory, a fifth each but at most about 100000; all others train.

    Args:
        source: where it comes from, in words.
        files: `datasets.table_files.TableFiles`.
        targets: names of the columns to predict.
        split_seed: of the split.
        task, probabilistic, test: as in `table_dataset`.
        rows_at_once: rows of a piece; but for rounding the dataset does not depend on it.

    Raises: UserError as `table_dataset`, and for too few rows to be split like this.
    """
    targets = list(dict.fromkeys(targets))  # each once
    check_targets(targets)
    check_task(task)
    for name in targets:
        check_name(pd.DataFrame(columns=files.names), name)
    parts = Parts(targets, split_seed, files.rows, test is None)
    found = files.read(partial(FirstPass, files.names, parts), rows_at_once)
    check_rows(found.rows)
    remarks, classes = missing_told(found.missing, found.rows + found.missing, targets), {}
    for name in targets:
        classes[name], remark = decide(name, found.targets[name].facts(files.contents[name]), task)
        remarks.append(remark)
    facts = {name: column.facts(files.contents[name]) for name, column in found.columns.items()}
    names, left_out = choose_columns(facts)
    columns = tuple(found.columns[name].column(files.contents[name]) for name in names)
    date_formats = {name: found.columns[name].dates.style for name in names}

    def values(frame):
        return Split(
            to_inputs(frame, columns, date_formats),
            {name: target_values(frame, name, classes[name]) for name in targets},
        )

    def pieces():
        for frame, part in parts.of(told(files.pieces(rows_at_once), files.rows, "encoding")):
            yield values(frame[part.train])

    validation, sample = values(found.held("validation")), values(found.held("sample"))
    if test is None:
        test = values(found.held("test"))
    else:
        test = values(drop_missing_targets(test, targets)[0])
        if not test.rows:
            raise UserError(
                "the rows to test with have no targets. Add them, or leave --test-data out"
            )
    if not (found.training_rows and validation.rows and test.rows and sample.rows):
        raise UserError(
            f"the table has {found.rows} rows with a target, too few to be read in pieces. Take --stream no"
        )

    def target(name):
        if classes[name]:
            return Target(name, "", classes[name])
        moments = found.targets[name].moments
        return Target(name, "", (), float(moments.mean), moments.std, probabilistic)

    counts = {
        name: found.targets[name].class_counts(classes[name]) for name in targets if classes[name]
    }
    train = StreamedSplit(found.training_rows, sample, counts, pieces)
    described = tuple(map(target, targets))
    return Dataset(
        source, train, validation, test, columns, described, remarks=(*remarks, *left_out)
    )


class Part:
    """Which rows of a piece train, validate and test, and which of the training rows are in the sample: True and False.

    `missing` is the number of rows that were left out.
    """

    def __init__(self, draws, shares, missing):
        self.missing = missing
        ends = np.cumsum(shares)
        self.test = draws < ends[0]
        self.validation = (draws >= ends[0]) & (draws < ends[1])
        self.train = draws >= ends[1]
        self.sample = self.train & (draws < ends[2])


class Parts:
    """The split of a table: one random number a row, in their order, so that pieces of any size split alike.

    Args:
        targets: rows that lack one are left out.
        seed: of the random numbers.
        rows: how many there are about.
        tests: whether rows are to test.
    """

    def __init__(self, targets, seed, rows, tests):
        self.targets, self.seed, self.rows = targets, seed, rows
        share = min(0.2, MOST_HELD / rows)
        self.shares = (
            share * tests,
            share,
            MOST_SAMPLED / rows,
        )  # to test, to validate, in the sample

    def of(self, pieces):
        """Pieces without the rows that lack a target, each with its `Part`."""
        random = np.random.default_rng(self.seed)
        for frame in pieces:
            draws = random.random(len(frame))
            kept, _ = drop_missing_targets(frame, self.targets)
            yield (
                kept,
                Part(draws[kept.index - frame.index[0]], self.shares, len(frame) - len(kept)),
            )


class FirstPass:
    """What one pass over a table finds: summaries of its columns, and the rows to be held in memory."""

    def __init__(self, names, parts, pieces):
        self.columns = {name: ColumnSummary(name) for name in names if name not in parts.targets}
        self.targets = {name: TargetSummary(name) for name in parts.targets}
        self.rows = self.missing = self.training_rows = 0
        self.frames = {"validation": [], "test": [], "sample": []}
        for frame, part in parts.of(told(pieces, parts.rows, "reading")):
            for name, summary in (self.columns | self.targets).items():
                summary.add(frame[name], part.train)
            for name, frames in self.frames.items():
                frames.append(frame[getattr(part, name)])
            self.rows += len(frame)
            self.missing += part.missing
            self.training_rows += int(part.train.sum())

    def held(self, part):
        """The rows of "validation", "test" or "sample" as one `pandas.DataFrame`."""
        return pd.concat(self.frames.pop(part))


def told(pieces, rows, what):
    """Pieces as they come, and on stderr how many of about so many rows are through."""
    ends, wait = ("\r", 0.5) if sys.stderr.isatty() else ("\n", 10)
    done, last = 0, time.monotonic()
    for frame in pieces:
        yield frame
        done += len(frame)
        if time.monotonic() - last > wait:
            print(
                f"{what:<11} {done / 1e6:.1f} of about {rows / 1e6:.1f} million rows",
                end=ends,
                file=sys.stderr,
                flush=True,
            )
            last = time.monotonic()

"""A table in hundreds of dialects is the plainly written table, or a remark names the column."""

import bz2
import csv
import gzip
import io
import lzma
import os

import numpy as np
import pandas as pd
import pytest

from datasets.table import make_table_dataset
from datasets.table_file import read_table

# DIALECTS=1000 tries a thousand, which takes two minutes.
CASES, ROWS, BATCHES = int(os.environ.get("DIALECTS", "250")), 60, 5
WORDS = ["Berlin", "Zürich", "New York", "San José", "Oslo"]
DATES = ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d %b %Y", "%d-%b-%y", "%m/%d/%y"]
MISSING = ["", "?", "-", "NA", "n/a", "#DIV/0!", "unknown", "--"]
PACK = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def make_table(random):
    """Return a table of each kind of column, and a target."""
    size = random.uniform(0, 5000, ROWS).round(2)
    count = random.integers(0, 2_000_000, ROWS).astype(float)
    power = random.uniform(1, 200, ROWS).round(1)
    return pd.DataFrame(
        {
            "size": size,
            "count": count,
            "power": power,
            "town": random.choice(WORDS, ROWS),
            "seen": pd.to_datetime("2001-01-01")
            + pd.to_timedelta(random.integers(0, 7000, ROWS), unit="D"),
            "y": (size + 3 * power + count / 1000).round(2),
        }
    )


class Dialect:
    """A random way to write a table."""

    def __init__(self, random):
        def pick(*choices):
            return choices[random.integers(len(choices))]

        self.separator = pick(",", ";", "\t", "|")
        self.decimal = pick(".", ",")
        groups = ["", "", "'", " ", "\u00a0", "." if self.decimal == "," else ","]
        self.group = pick(*groups)
        self.unit = pick("", "", " bhp", "kW", " %", "$", "€ ", "CHF ")
        self.date, self.missing = pick(*DATES), pick(*MISSING)
        self.quoting = pick(csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
        self.encoding = pick("utf-8", "utf-8-sig", "latin-1", "utf-16")
        if self.unit == "€ " and self.encoding == "latin-1":
            self.encoding = "utf-8"
        self.line_end, self.pack = pick("\n", "\r\n"), pick("", "", *PACK)
        self.blanks, self.capitals = pick(False, False, True), pick(False, False, True)
        self.above = pick("", "", "# measured in May\n", "A table of towns\n\n")
        self.ends_empty = self.quoting == csv.QUOTE_MINIMAL and pick(False, False, True)
        self.random = random

    def __repr__(self):
        return ", ".join(f"{k}={v!r}" for k, v in vars(self).items() if k != "random")

    def format_number(self, value, digits, unit=""):
        if np.isnan(value):
            return self.missing
        text = f"{value:,.{digits}f}".translate(str.maketrans({",": "\x00", ".": self.decimal}))
        text = text.replace("\x00", self.group)
        return f"{unit}{text}" if unit in ("$", "€ ", "CHF ") else f"{text}{unit}"

    def format_word(self, word):
        if self.capitals and self.random.uniform() < 0.2:
            word = word.upper()
        return f"{word} " if self.blanks and self.random.uniform() < 0.3 else word

    def write(self, table):
        """Return the table as bytes."""
        out = io.StringIO()
        writer = csv.writer(
            out, delimiter=self.separator, quoting=self.quoting, lineterminator=self.line_end
        )
        writer.writerow(table.columns)
        for row in table.itertuples(index=False):
            writer.writerow(
                [
                    self.format_number(row.size, 2),
                    self.format_number(row.count, 0),
                    self.format_number(row.power, 1, self.unit),
                    self.format_word(row.town),
                    row.seen.strftime(self.date),
                    self.format_number(row.y, 2),
                ]
            )
        text = out.getvalue()
        if self.ends_empty:
            text = text.replace(self.line_end, self.separator + self.line_end)
        text = self.above.replace("\n", self.line_end) + text
        return PACK[self.pack](text.encode(self.encoding))


def describe_differences(found, plain):
    """Return the names of the columns that are not as in the plainly written table."""
    differences = set()
    for split in ("train", "validation", "test"):
        a, b = getattr(found, split), getattr(plain, split)
        for name, values in (b.inputs | b.targets).items():
            others = (a.inputs | a.targets).get(name)
            if others is None or others.dtype.kind != values.dtype.kind:
                differences.add(name)
            elif values.dtype.kind == "f":
                if not np.allclose(others, values, rtol=1e-6, equal_nan=True):
                    differences.add(name)
            elif not np.array_equal(others, values):
                differences.add(name)
    return differences


@pytest.mark.parametrize("batch", range(BATCHES))
def test_dialects(batch, tmp_path):
    failed = []
    for number in range(batch * CASES // BATCHES, (batch + 1) * CASES // BATCHES):
        random = np.random.default_rng(number)
        table = make_table(random)
        dialect = Dialect(random)
        for name in ("size", "power"):  # some cells are missing
            table.loc[random.uniform(size=ROWS) < 0.1, name] = np.nan
        plain = make_table_dataset("", table, ["y"], 0)
        path = tmp_path / f"table.csv{dialect.pack}"
        path.write_bytes(dialect.write(table))
        found = make_table_dataset("", read_table(path), ["y"], 0)
        named = " ".join(found.remarks)
        wrong = {n for n in describe_differences(found, plain) if f"'{n}'" not in named}
        if wrong:
            failed.append((number, wrong, dialect))
    assert not failed, "\n".join(map(str, failed[:5]))


def test_differences_are_found():
    """The comparison itself can fail."""
    table = make_table(np.random.default_rng(0))
    plain = make_table_dataset("", table, ["y"], 0)
    assert not describe_differences(plain, plain)
    for name, change in (("size", 1.01), ("power", 2)):
        other = make_table_dataset("", table.assign(**{name: table[name] * change}), ["y"], 0)
        assert describe_differences(other, plain) == {name}
    other = make_table_dataset("", table.assign(town="x", seen=table["seen"].astype(str)), ["y"], 0)
    assert describe_differences(other, plain) == {"town"}

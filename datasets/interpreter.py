"""What the text in a table means: numbers, dates or labels, however they are written."""

from collections import Counter

import pandas as pd

from datasets.columns import infer_content, is_text, number_format, to_text
from datasets.dataset import Column
from datasets.dates import infer_date_format, look_like_dates, parse_dates
from datasets.labels import to_label
from datasets.number_text import (
    USUAL,
    are_mostly_numbers,
    has_leading_zeros,
    infer_number_format,
    is_missing_mark,
    parse_numbers,
)
from errors import UserError

EXAMPLES = 3  # values in a remark
DTYPE = "float64"  # of numbers: a Julian date or 1e-40 has no digits left in float32


class Interpreter:
    """Converts text to the numbers and dates that it means; other text stays as labels.

    The pieces of a table are read alike: what a column is, once decided, holds for all pieces.

    Args:
        categories: names of columns that have labels, whatever they look like.
        numbers: names of columns that have numbers.

    Attributes:
        columns: `{name: Column}` of the columns whose text is numbers or dates, with the kind, the
            unit and the format of the text.
    """

    def __init__(self, categories=(), numbers=()):
        self.categories, self.numbers = set(categories), set(numbers)
        self.labels = set(categories)  # and columns that a later piece has shown to have labels
        self.decimal, self.columns = ".", {}
        self.codes, self.unclear_dates = set(), set()
        self.begin()

    def begin(self):
        """Begin with the first piece of a table, perhaps once more."""
        self.values, self.others, self.early = Counter(), {}, set(self.columns)
        self.plain, self.blanks = set(), Counter()

    def describe(self, name, kind):
        """Return the `Column` of a kind, with the format of its text."""
        text_format = self.decimal if kind == "number" and self.decimal != "." else ""
        return self.columns.get(name, Column(name, kind, text_format=text_format, dtype=DTYPE))

    @property
    def late(self):
        """Names of the columns that were decided since the first piece."""
        return set(self.columns) - self.early

    def try_numbers(self, name):
        """Read a column as numbers next time, unless that was tried; return whether it will be."""
        if name in self.columns or name in self.labels or name in self.codes:
            return False
        self.columns[name] = self.describe(name, "number")
        return True

    def become_categories(self, names):
        """Decide that columns have labels; return whether that is new for one of them."""
        new = set(names) - self.labels
        self.labels |= new
        for name in new:
            self.columns.pop(name, None)
        return bool(new)

    def interpret(self, frame, decimal="."):
        """Return a table with numbers and dates in place of their text.

        Args:
            frame: `pandas.DataFrame`.
            decimal: decimal mark of the numbers that are clear without an interpreter.

        Raises: UserError if a column of `numbers` has none.
        """
        texts = {
            name: to_text(values)
            for name, values in frame.items()
            if is_text(values) or (name in self.labels and infer_content(values) != "missing")
        }
        self.decimal = decimal
        for name, values in frame.items():
            self.values[name] += int(values.notna().sum())
            if infer_content(values) == "number":
                self.plain.add(name)
        # Text in a later piece of a column of plain numbers is tried as numbers, see `try_numbers`.
        decided = self.plain | set(self.columns)
        new = {name: text for name, text in texts.items() if name not in decided}
        self.decide(new)
        read = {
            name: self.read(text, self.columns[name]) if name in self.columns else text
            for name, text in texts.items()
        }
        for name in set(texts) - set(self.columns):
            given = frame[name].map(to_label, na_action="ignore").fillna("")
            self.blanks[name] += int((texts[name].fillna("") != given).sum())
        return frame.assign(**read) if read else frame

    def decide(self, texts):
        """Find out which columns of text, `{name: text}`, are numbers or dates."""
        unclear = {}
        for name, text in texts.items():
            rows = text.value_counts()
            counts = dict(zip(rows.index.tolist(), rows.tolist(), strict=True))
            if name in self.labels:
                continue
            if date_format := self.find_dates(name, counts):
                self.columns[name] = Column(name, "date", text_format=date_format)
            elif found := infer_number_format(counts, forced=name in self.numbers):
                self.add_numbers(name, found[0])
                if not found[1]:
                    unclear[name] = counts
            elif name in self.numbers:
                raise UserError(f"--numbers names the column {name!r}, which has no numbers")
            elif has_leading_zeros(counts):
                self.codes.add(name)
        # A decimal comma in one column makes it likely in the others.
        if "," in {self.decimal, *(column.text_format for column in self.columns.values())}:
            for name, counts in unclear.items():
                found = infer_number_format(counts, ",", forced=name in self.numbers)
                if found:
                    self.add_numbers(name, found[0])

    def find_dates(self, name, counts):
        """Return the format of a column's dates; "" if it has none."""
        values = {text: rows for text, rows in counts.items() if not is_missing_mark(text)}
        if name in self.numbers or not values:
            return ""
        found = infer_date_format(values)
        if not found and look_like_dates(pd.Series(list(values))).all():
            self.unclear_dates.add(name)
        return found

    def add_numbers(self, name, found):
        text_format = "" if found.decimal == "." else found.decimal
        self.columns[name] = Column(name, unit=found.unit, text_format=text_format, dtype=DTYPE)

    def read(self, text, column):
        """Return the numbers or dates of a column of text; remember the other values."""
        if column.kind == "date":
            values = parse_dates(text, column.text_format)
        else:
            values = parse_numbers(text, number_format(column))
        others = Counter(text[values.isna() & text.notna()].tolist())
        self.others.setdefault(column.name, Counter()).update(others)
        return values

    def find_mistakes(self):
        """Return the names of columns that later pieces show to have labels."""
        found = []
        for name, others in self.others.items():
            words = {text: rows for text, rows in others.items() if not is_missing_mark(text)}
            marks = sum(others.values()) - sum(words.values())
            total = self.values[name] - marks
            if not are_mostly_numbers(total, words, forced=name in self.numbers):
                found.append(name)
        return found

    def remarks(self, names):
        """Return what the user should know about how some columns were read."""
        found = []
        for name in names:
            if name in self.columns:
                found += self.describe_others(self.columns[name])
            if self.blanks[name]:
                found.append(f"'{name}': removed blanks at the ends of {self.blanks[name]} values")
            if name in self.codes:
                found.append(
                    f"'{name}' has leading zeros and is read as categories; "
                    f"--numbers {name} reads numbers"
                )
            if name in self.unclear_dates:
                found.append(
                    f"'{name}': day and month cannot be told apart, so it is read as categories; "
                    "write dates as 2024-12-31"
                )
        return found

    def describe_others(self, column):
        others = Counter({
            text: rows
            for text, rows in self.others[column.name].items()
            if text.casefold() not in USUAL
        })  # fmt: skip
        if not others:
            return []
        kind = "numbers" if column.kind == "number" else "dates"
        examples = [f"{text!r} ({rows})" for text, rows in others.most_common(EXAMPLES)]
        more = ", ..." if len(others) > EXAMPLES else ""
        return [
            f"'{column.name}': {sum(others.values())} values are not {kind} and count as missing: "
            f"{', '.join(examples)}{more}"
        ]

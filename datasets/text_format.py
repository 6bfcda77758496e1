"""The format of a table in a text file, inferred from its beginning."""

import math
import re
from dataclasses import dataclass, field, replace

import pandas as pd

from datasets.compressed import open_binary
from datasets.limits import MAX_HEADER, check_column_count
from datasets.number_text import is_missing_mark, parse_number
from errors import UserError

SAMPLE = 1 << 16  # bytes from which encoding, separator and names are inferred
HEAD = 5000  # rows that are read as text, to find codes with leading zeros and decimal commas
# What programs write for a missing value. "NA", "None" and "null" are labels as well.
MISSING = ["", "NaN", "nan", "<NA>", "#N/A", "N/A", "n/a"]
SEPARATORS = ",;\t|"
COMMENTS = ("#", "%", "//")
SAME_WIDTH = 0.9  # share of the lines that must have the same number of words
FEWEST_ROWS = 3  # below a line of units, to tell it from a row
COMMA = r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+"  # a number with a decimal comma


@dataclass(frozen=True)
class TextFormat:
    """How a text file is written.

    Attributes:
        encoding: name of the encoding.
        separator: `sep` of `pandas.read_csv`.
        decimal: decimal mark of numbers.
        names: column names, unique if the table is valid; "" for a column without one.
        skipped: numbers of the lines that are neither names nor rows.
        names_in_comment: whether the names stand in a comment above the rows.
        ends_empty: whether every row ends with a separator, after which nothing follows.
        comment: character with which comment lines begin; None if there are none.
        units: `{name: unit}` from a line of units.
        text: names of the columns whose cells have to be read as text.
        types: `{name: dtype}` of further columns.
    """

    encoding: str
    separator: str = ","
    decimal: str = "."
    names: tuple = ()
    skipped: tuple = ()
    names_in_comment: bool = False
    ends_empty: bool = False
    comment: str | None = None
    units: dict = field(default_factory=dict)
    text: frozenset = frozenset()

    def options(self):
        """Return the options of `pandas.read_csv`."""
        return {
            "encoding": self.encoding,
            "sep": self.separator,
            "decimal": self.decimal,
            "skipinitialspace": True,
            "header": None if self.names_in_comment else 0,
            "names": [*self.names, *["no name"] * self.ends_empty],
            # pandas checks the number of fields in every line only without this option.
            "usecols": range(len(self.names)) if self.ends_empty else None,
            "skiprows": list(self.skipped),
            "comment": self.comment,
            "na_values": MISSING,
            "keep_default_na": False,
            "dtype": dict.fromkeys(self.text, "str"),
        }


def infer_text_format(path):
    """Return the `TextFormat` of a file, inferred from its beginning.

    Raises:
        UserError: the file is not text, or its first line is too long.
        pandas.errors.ParserError, ValueError: it is not a table.
    """
    encoding, sample = read_sample(path)
    lines = sample.splitlines() or [""]
    number, in_comment = find_names(lines)
    names, rows = strip_comment(lines[number]), [x for x in lines[number + 1 :] if x.strip()]
    separator = infer_separator(path, [names, *rows])
    found = TextFormat(
        encoding,
        separator,
        skipped=tuple(range(number + in_comment)),
        names_in_comment=in_comment,
        ends_empty=end_empty(names, rows, separator),
        comment=find_comment(rows),
    )
    words = names.split(None if separator == r"\s+" else separator)
    width = max(len(words), len(split_roughly(rows[0])) if rows else 0)
    return describe_head(found, read_head(path, found, width), words if in_comment else None)


def read_sample(path):
    """Return the encoding of a text file, and its beginning as text."""
    with open_binary(path) as file:
        start = file.read(SAMPLE)
        if len(start) == SAMPLE and not re.search(rb"[\r\n]", start):
            start += file.readline(MAX_HEADER)
            if len(start) >= MAX_HEADER:
                raise UserError(
                    f"'{path}' has a first line of more than {MAX_HEADER >> 20} MB; "
                    "expected column names in it"
                )
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):  # spreadsheets save "Unicode text" like this
        return "utf-16", start.decode("utf-16", errors="ignore")
    if any(byte < 9 or 13 < byte < 27 for byte in start):  # control characters are not in text
        raise UserError(
            f"'{path}' is not text, although its name says so. Save it as CSV with UTF-8 encoding"
        )
    # The last bytes may be part of a character.
    complete = start[:-3] if len(start) == SAMPLE else start
    try:
        return "utf-8-sig", complete.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "latin-1", start.decode("latin-1")


def find_names(lines):
    """Return the number of the line with the column names, and whether it is a comment.

    Above the names there may be blank lines, comments and a title.
    """
    numbers = [k for k, line in enumerate(lines) if line.strip() and not is_comment(line)]
    if not numbers:
        return 0, False
    first = numbers[0]
    if first and is_comment(lines[first - 1]):  # as NumPy writes it: "# x y", then numbers alone
        rows = [split_roughly(lines[k]) for k in numbers[:10]]
        names = split_roughly(strip_comment(lines[first - 1]))
        if all(all(map(is_number, row)) and len(row) == len(names) for row in rows):
            return first - 1, True
    for number, following, later in zip(numbers, numbers[1:], numbers[2:], strict=False):
        width, rows = len(split_roughly(lines[number])), [lines[following], lines[later]]
        names, row = map(split_roughly, rows)
        has_title = width < len(names) == len(row) and not any(map(is_number, names))
        if not has_title:
            return number, False
    return first, False


def is_comment(line):
    return line.lstrip().startswith(COMMENTS)


def strip_comment(line):
    """Return a line without the mark of a comment at its start."""
    return line.lstrip().lstrip("".join(COMMENTS)).strip() if is_comment(line) else line


def find_comment(lines):
    """Return "#" if lines below the names are comments and "#" is nowhere else, or None."""
    marked = [line.lstrip() for line in lines if "#" in line]
    return "#" if marked and all(line.startswith("#") for line in marked) else None


def is_number(text):
    return not math.isnan(parse_number(text, ".")[0])


def split_roughly(line):
    """Return the cells of a line by its most frequent separator, or else by blanks."""
    line = re.sub(r'"[^"]*"', "quoted", line)
    separator = max(SEPARATORS, key=line.count)
    return line.split(separator) if separator in line else line.split()


def infer_separator(path, lines):
    """Return pandas' `sep`: the most frequent separator in the names, or else white space."""
    lines = [re.sub(r'"[^"]*"', "quoted", line) for line in lines if line.strip()]
    names = lines[0] if lines else ""
    separator = max(SEPARATORS, key=names.count)
    # Checked here, because pandas takes minutes for millions of columns.
    check_column_count(path, names.count(separator) + 1)
    widths = [len(line.split()) for line in lines if not is_comment(line)]
    # Columns that are aligned by blanks, or by tabs and blanks.
    is_aligned = len(widths) > 1 and widths[0] > 1 and any(map(is_number, lines[1].split()))
    same = sum(width == widths[0] for width in widths) >= SAME_WIDTH * len(widths)
    if is_aligned and same and not any(mark in names for mark in ",;|"):
        tabs = [line.count("\t") for line in lines]
        if not tabs[0] or len(set(tabs)) > 1:
            return r"\s+"
    return separator


def end_empty(names, rows, separator):
    """Whether all rows end with a separator that makes a column without a name."""
    if (
        not rows
        or separator not in SEPARATORS
        or not all(row.rstrip().endswith(separator) for row in rows)
    ):
        return False
    width = len(split_roughly(names))
    return names.rstrip().endswith(separator) or len(split_roughly(rows[0])) == width + 1


def read_head(path, text_format, width):
    """Return the first lines as a table of text without names.

    Args:
        path: path of the file.
        text_format: `TextFormat` without names.
        width: number of columns, if every row ends with a separator.
    """
    options = text_format.options() | {
        "header": None,
        "names": range(width) if text_format.ends_empty else None,
        "usecols": None,
        "dtype": str,
        "na_filter": False,
        "encoding_errors": "replace",
    }
    return pd.read_csv(path, nrows=HEAD, **options)


def describe_head(text_format, head, names=None):
    """Return the format with all that the first rows show.

    Args:
        text_format: `TextFormat` without names.
        head: table of text from `read_head`.
        names: names from a comment; None for those in the first line of `head`.
    """
    rows = head if names else head[1:].reset_index(drop=True)
    names = names or head.iloc[0].tolist()
    if text_format.ends_empty and len(names) > 1 and not names[-1].strip():
        names = names[:-1]
    names = [name.strip() or f"Unnamed: {number}" for number, name in enumerate(names)]
    units, skipped = {}, text_format.skipped
    if has_units(rows.iloc[:, : len(names)]):
        units = {
            n: re.sub(r"^[\[(]|[\])]$", "", u) for n, u in zip(names, rows.iloc[0], strict=False)
        }
        line = skipped[-1] + 1 if skipped else 0
        skipped, rows = (*skipped, line + (not text_format.names_in_comment)), rows[1:]
    rows = rows.iloc[:, : len(names)]
    has_codes = rows.apply(lambda cells: cells.str.fullmatch(r"0\d+")).any()  # 01 is not 1
    has_comma = rows.apply(lambda cells: cells.str.fullmatch(COMMA)).any(axis=None)
    return replace(
        text_format,
        decimal="," if has_comma and text_format.separator != "," else ".",
        names=tuple(names),
        units=units,
        skipped=skipped,
        text=frozenset(name for name, codes in zip(names, has_codes, strict=True) if codes),
    )


def has_units(rows):
    """Whether the first row has units: no number where all other rows have numbers."""
    if len(rows) <= FEWEST_ROWS:
        return False
    first, others = rows.iloc[0], rows[1:100]
    numeric = [name for name in rows if others[name].map(is_number).all()]
    return bool(numeric) and not any(is_missing_mark(u) or is_number(u) for u in first[numeric])

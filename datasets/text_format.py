"""The format of a table in a text file, inferred from its beginning."""

import gzip
import re

from datasets.limits import MAX_HEADER, check_column_count
from errors import UserError

SAMPLE = 1 << 16  # bytes from which separator and encoding are inferred


def open_binary(path):
    """Open a file that may be compressed with gzip, for reading bytes."""
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")


def infer_read_options(path):
    """Return the options of `pandas.read_csv` for a text file, inferred from its beginning."""
    encoding, sample = read_sample(path)
    return {"encoding": encoding, "skipinitialspace": True, **infer_separators(path, sample)}


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


def infer_separators(path, sample):
    """Return pandas' `sep`, the most frequent separator in the names, and `decimal`."""
    lines = [line for line in sample.splitlines() if line.strip()]
    lines = [re.sub(r'"[^"]*"', "", line) for line in lines]  # quoted text has commas as well
    names = lines[0] if lines else ""
    separator = max(",;\t", key=names.count)
    # Checked here, because pandas takes minutes for millions of columns.
    check_column_count(path, names.count(separator) + 1)
    # If the comma is the decimal mark, as in most of Europe, spreadsheets separate by semicolons.
    decimal_comma = separator != "," and any(
        re.search(rf"(^|{separator}) *-?\d+,\d+ *({separator}|$)", line) for line in lines[1:]
    )
    return {"sep": separator, "decimal": "," if decimal_comma else "."}

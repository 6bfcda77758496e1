"""Tables from files: CSV and Parquet, with an error that says what to do for every file that isn't one."""

import gzip
import re
import zlib
from collections import Counter
from pathlib import Path

import pandas as pd

from datasets.limits import MAX_HEADER, check_columns, check_size, memory
from errors import UserError, nearest

TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
PARQUET = (".parquet", ".pq")
SAMPLE = 1 << 16  # bytes read to find out separator and encoding
DEFLATE = 1032  # bytes that gzip packs into one at most
CELL = 24  # bytes that pandas needs for a cell while it reads, measured


def read_table(path):
    """Read a table with column names in its first line.

    Args:
        path: a .csv, .tsv or .txt file (separated by commas, semicolons or tabs; also with .gz), or a .parquet file.

    Returns: a `pandas.DataFrame` with at least one row; names are text, each once, without white space around them.

    Raises:
        UserError: there is no such file, or it is not a table.
    """
    path = Path(path).expanduser()
    suffix = "".join(path.suffixes[-2:]).lower() if path.suffix.lower() == ".gz" else path.suffix.lower()
    _check_file(path, suffix)
    frame = _read_parquet(path) if suffix in PARQUET else _read_text(path)
    _check_names(path, list(frame.columns))
    if frame.empty:
        raise UserError(f"'{path}' has column names but no rows. Add rows of values below the names.")
    return frame


def _check_file(path, suffix):
    is_table = path.name.lower().endswith
    neighbours = []
    folder = path if path.is_dir() else path.parent
    if folder.is_dir():
        neighbours = sorted(file.name for file in folder.iterdir() if file.name.lower().endswith(TEXT + PARQUET))
    if path.is_dir():
        found = f" Tables in it: {', '.join(neighbours[:5])}." if neighbours else ""
        raise UserError(f"'{path}' is a folder, wanted a table file.{found}")
    if not path.exists():
        raise UserError(f"There is no file '{path}'.{nearest(path.name, neighbours)}")
    if not is_table(TEXT + PARQUET):
        raise UserError(f"'{path}' is not a table that can be read: wanted {', '.join(TEXT + PARQUET)}. Received: '{suffix}'.")
    if path.stat().st_size == 0:
        raise UserError(f"'{path}' is empty (0 bytes). Wanted column names in the first line and rows below.")


def _check_names(path, names):
    check_columns(path, len(names))
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise UserError(f"'{path}' has columns of the same name: {', '.join(map(repr, twice))}. Give each its own name.")


def _read_parquet(path):
    try:
        _check_parquet(path)
        frame = pd.read_parquet(path)
    except UserError:
        raise
    except Exception as error:  # pyarrow raises its own kinds as well as OSError and ValueError
        raise UserError(f"'{path}' cannot be read as Parquet: {_first_line(error)}. Write the file again.") from None
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()  # a named index is a column to its author
    return frame.rename(columns=lambda name: str(name).strip()).reset_index(drop=True)


def _check_parquet(path):
    """By its last bytes, which say what the others unpack to: repeated values take no room in the file."""
    from pyarrow.parquet import read_metadata

    content = read_metadata(path)
    check_columns(path, content.num_columns)
    packed = sum(content.row_group(group).total_byte_size for group in range(content.num_row_groups))
    check_size(path, max(8 * content.num_rows * content.num_columns, packed))


def _read_text(path):
    try:
        _check_text(path)
        encoding, sample = _sample(path)
        options = {"encoding": encoding, "skipinitialspace": True, **_format(path, sample)}
        try:
            return _parse(path, options)
        except UnicodeDecodeError:  # not UTF-8 further down
            return _parse(path, {**options, "encoding": "latin-1"})
    except pd.errors.EmptyDataError:
        raise UserError(f"'{path}' is empty. Wanted column names in the first line and rows below.") from None
    except (pd.errors.ParserError, ValueError, OSError, EOFError, zlib.error) as error:
        raise UserError(f"'{path}' cannot be read as a table: {_first_line(error)}. Mend that line or save it again.") from None


def _check_text(path):
    """Refuse a text file that pandas could not read: it needs a few bytes for each of text, and many for each cell."""
    packed = path.suffix.lower() == ".gz"
    if path.stat().st_size * (DEFLATE if packed else 1) * CELL < memory() / 2:
        return
    needed = 0
    with gzip.open(path) if packed else path.open("rb") as file:
        while part := file.read(1 << 24):
            needed += len(part) + CELL * sum(map(part.count, (b",", b";", b"\t", b"\n")))
            check_size(path, needed, copies=2)


def _parse(path, options):
    # The first two lines alone: pandas would rename equal names, and take a first column without a name as row labels.
    head = pd.read_csv(path, header=None, nrows=2, dtype=str, keep_default_na=False, **options)
    names = [name.strip() or f"Unnamed: {position}" for position, name in enumerate(head.iloc[0])]
    _check_names(path, names)
    frame = pd.read_csv(path, header=0, names=names, low_memory=False, **options)
    for name in frame.columns[frame.dtypes.eq(object)]:
        if pd.api.types.infer_dtype(frame[name], skipna=True) == "integer":  # beyond 64 bits
            frame[name] = frame[name].astype(str).astype(float)  # as text, since an integer of 400 digits is no float
    return frame


def _sample(path):
    """The encoding of a text file, and its beginning as text."""
    with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
        start = file.read(SAMPLE)
        if len(start) == SAMPLE and not re.search(rb"[\r\n]", start):
            start += file.readline(MAX_HEADER)
            if len(start) >= MAX_HEADER:
                raise UserError(f"'{path}' has a first line of more than {MAX_HEADER >> 20} MB. Wanted column names in it.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):  # "Unicode text" as spreadsheets save it
        return "utf-16", start.decode("utf-16", errors="ignore")
    if any(byte < 9 or 13 < byte < 27 for byte in start):  # control characters never occur in text
        raise UserError(f"'{path}' is not text, although its name says so. Save it as CSV with UTF-8 encoding.")
    try:
        # Without its last bytes, which may be half a character.
        return "utf-8-sig", start[: len(start) - 3 if len(start) == SAMPLE else None].decode("utf-8-sig")
    except UnicodeDecodeError:
        return "latin-1", start.decode("latin-1")


def _format(path, sample):
    """Separator and decimal mark: the separator is the one that the names have most of."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in sample.splitlines() if line.strip()]  # quoted text has commas, too
    names = lines[0] if lines else ""
    separator = max(",;\t", key=names.count)
    check_columns(path, names.count(separator) + 1)  # before pandas takes minutes for millions of them
    # Where the comma is the decimal mark, as in most of Europe, spreadsheets separate by semicolons.
    decimals = separator != "," and any(re.search(rf"(^|{separator}) *-?\d+,\d+ *({separator}|$)", line) for line in lines[1:])
    return {"sep": separator, "decimal": "," if decimals else "."}


def _first_line(error):
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].removeprefix("Error tokenizing data. C error: ").rstrip(".")

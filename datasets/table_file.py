"""Tables from files: CSV and Parquet, with an error that says what to do for every file that isn't one."""

import contextlib
import gzip
import re
import zlib
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from datasets.limits import MAX_HEADER, check_columns, check_size, memory
from errors import UserError, nearest

TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
PARQUET = (".parquet", ".pq")
SAMPLE = 1 << 16  # bytes read to find out separator and encoding
COUNTED = 1 << 22  # bytes whose rows are counted to estimate how many a text file has
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
    path = checked_file(path)
    frame = _read_parquet(path) if is_parquet(path) else _read_text(path)
    _check_names(path, list(frame.columns))
    if frame.empty:
        raise no_rows(path)
    return frame


def table_pieces(path, rows, options=None):
    """Read a table piece by piece, for files larger than memory.

    Args:
        path: from `checked_file`.
        rows: most rows of a piece.
        options: from `text_options`, perhaps with pandas' `dtype` for some columns; None for Parquet.

    Returns: an iterator of `pandas.DataFrame`, with names as `read_table` gives them.

    Raises:
        UserError: it is not a table, or ceases to be one further down.
        UnicodeDecodeError: it is not in the encoding of its beginning further down; latin-1 is the one to try then.
    """
    if is_parquet(path):
        with _parquet_errors_told(path):
            for batch in pq.ParquetFile(path).iter_batches(rows):
                yield _plain(_named(pa.Table.from_batches([batch]).to_pandas()))
        return
    with _text_errors_told(path), _parse(path, options, chunksize=rows) as reader:
        yield from map(_large_to_float, reader)


def column_names(path, options=None):
    """Names of a table's columns, from its beginning; arguments and errors as for `table_pieces`."""
    if not is_parquet(path):
        with _text_errors_told(path):
            return _text_names(path, options)
    with _parquet_errors_told(path):
        names = list(_named(pq.read_schema(path).empty_table().to_pandas()).columns)
    _check_names(path, names)
    return names


def rows_and_bytes(path):
    """How many rows a table has and how many bytes it is uncompressed: of a text file estimates from its beginning."""
    if is_parquet(path):
        with _parquet_errors_told(path):
            about = pq.read_metadata(path)
        groups = [about.row_group(number).total_byte_size for number in range(about.num_row_groups)]
        return about.num_rows, max(sum(groups), 8 * about.num_rows * about.num_columns)
    with _text_errors_told(path), path.open("rb") as raw:
        start = (gzip.GzipFile(fileobj=raw) if path.suffix.lower() == ".gz" else raw).read(COUNTED)
        share = raw.tell() / path.stat().st_size
    lines = start.count(b"\n") + (not start.endswith(b"\n"))
    return max(1, round((lines - 1) / share)), round(len(start) / share)


def checked_file(path):
    """The path of a table file; raise UserError if there is none or it cannot be one."""
    path = Path(path).expanduser()
    _check_file(
        path,
        "".join(path.suffixes[-2:]).lower()
        if path.suffix.lower() == ".gz"
        else path.suffix.lower(),
    )
    return path


def is_parquet(path):
    return path.suffix.lower() in PARQUET


def no_rows(path):
    return UserError(f"'{path}' has column names but no rows. Add rows of values below the names.")


def _check_file(path, suffix):
    is_table = path.name.lower().endswith
    neighbours = []
    folder = path if path.is_dir() else path.parent
    if folder.is_dir():
        neighbours = sorted(
            file.name for file in folder.iterdir() if file.name.lower().endswith(TEXT + PARQUET)
        )
    if path.is_dir():
        found = f" Tables in it: {', '.join(neighbours[:5])}." if neighbours else ""
        raise UserError(f"'{path}' is a folder, wanted a table file.{found}")
    if not path.exists():
        raise UserError(f"There is no file '{path}'.{nearest(path.name, neighbours)}")
    if not is_table(TEXT + PARQUET):
        raise UserError(
            f"'{path}' is not a table that can be read: wanted {', '.join(TEXT + PARQUET)}. Received: '{suffix}'."
        )
    if path.stat().st_size == 0:
        raise UserError(
            f"'{path}' is empty (0 bytes). Wanted column names in the first line and rows below."
        )


def _check_names(path, names):
    check_columns(path, len(names))
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise UserError(
            f"'{path}' has columns of the same name: {', '.join(map(repr, twice))}. Give each its own name."
        )


def _read_parquet(path):
    with _parquet_errors_told(path):
        check_columns(path, pq.read_metadata(path).num_columns)
        check_size(
            path, rows_and_bytes(path)[1]
        )  # its last bytes tell: repeated values take no room in the file
        return _named(pd.read_parquet(path))


@contextlib.contextmanager
def _parquet_errors_told(path):
    try:
        yield
    except UserError:
        raise
    except Exception as error:  # pyarrow raises its own kinds as well as OSError and ValueError
        raise UserError(
            f"'{path}' cannot be read as Parquet: {_first_line(error)}. Write the file again."
        ) from None


def _named(frame):
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()  # a named index is a column to its author
    return frame.rename(columns=lambda name: str(name).strip()).reset_index(drop=True)


def _plain(frame):
    """Without pandas' categories, which are others in every piece."""
    coded = frame.select_dtypes("category")
    return frame.astype({name: values.cat.categories.dtype for name, values in coded.items()})


def _read_text(path):
    with _text_errors_told(path):
        _check_text(path)
        options = text_options(path)
        try:
            return _large_to_float(_parse(path, options))
        except UnicodeDecodeError:  # not UTF-8 further down
            return _large_to_float(_parse(path, {**options, "encoding": "latin-1"}))


@contextlib.contextmanager
def _text_errors_told(path):
    try:
        yield
    except pd.errors.EmptyDataError:
        raise UserError(
            f"'{path}' is empty. Wanted column names in the first line and rows below."
        ) from None
    except UnicodeDecodeError:
        raise
    except (pd.errors.ParserError, ValueError, OSError, EOFError, zlib.error) as error:
        raise UserError(
            f"'{path}' cannot be read as a table: {_first_line(error)}. Mend that line or save it again."
        ) from None


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


def text_options(path):
    """How pandas is to read a text file: encoding, separator and decimal mark, found out from its beginning."""
    with _text_errors_told(path):
        encoding, sample = _sample(path)
    return {"encoding": encoding, "skipinitialspace": True, **_format(path, sample)}


def _parse(path, options, **more):
    return pd.read_csv(
        path, header=0, names=_text_names(path, options), low_memory=False, **options, **more
    )


def _large_to_float(frame):
    """Integers beyond 64 bits, which pandas keeps as Python's, as floats."""
    for name in frame.columns[frame.dtypes.eq(object)]:
        if pd.api.types.infer_dtype(frame[name], skipna=True) == "integer":
            frame[name] = (
                frame[name].astype(str).astype(float)
            )  # as text, since an integer of 400 digits is no float
    return frame


def _text_names(path, options):
    # The first two lines alone: pandas would rename equal names, and take a first column without a name as row labels.
    # pandas decodes more than these; what is wrong there is found where it is read.
    reading = {
        **options,
        "header": None,
        "nrows": 2,
        "dtype": str,
        "keep_default_na": False,
        "encoding_errors": "replace",
    }
    head = pd.read_csv(path, **reading)
    names = [name.strip() or f"Unnamed: {position}" for position, name in enumerate(head.iloc[0])]
    _check_names(path, names)
    return names


def _sample(path):
    """The encoding of a text file, and its beginning as text."""
    with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
        start = file.read(SAMPLE)
        if len(start) == SAMPLE and not re.search(rb"[\r\n]", start):
            start += file.readline(MAX_HEADER)
            if len(start) >= MAX_HEADER:
                raise UserError(
                    f"'{path}' has a first line of more than {MAX_HEADER >> 20} MB. Wanted column names in it."
                )
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):  # "Unicode text" as spreadsheets save it
        return "utf-16", start.decode("utf-16", errors="ignore")
    if any(byte < 9 or 13 < byte < 27 for byte in start):  # control characters never occur in text
        raise UserError(
            f"'{path}' is not text, although its name says so. Save it as CSV with UTF-8 encoding."
        )
    try:
        # Without its last bytes, which may be half a character.
        return "utf-8-sig", start[: len(start) - 3 if len(start) == SAMPLE else None].decode(
            "utf-8-sig"
        )
    except UnicodeDecodeError:
        return "latin-1", start.decode("latin-1")


def _format(path, sample):
    """Separator and decimal mark: the separator is the one that the names have most of."""
    lines = [
        re.sub(r'"[^"]*"', "", line) for line in sample.splitlines() if line.strip()
    ]  # quoted text has commas, too
    names = lines[0] if lines else ""
    separator = max(",;\t", key=names.count)
    check_columns(
        path, names.count(separator) + 1
    )  # before pandas takes minutes for millions of them
    # Where the comma is the decimal mark, as in most of Europe, spreadsheets separate by semicolons.
    decimals = separator != "," and any(
        re.search(rf"(^|{separator}) *-?\d+,\d+ *({separator}|$)", line) for line in lines[1:]
    )
    return {"sep": separator, "decimal": "," if decimals else "."}


def _first_line(error):
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].removeprefix("Error tokenizing data. C error: ").rstrip(".")

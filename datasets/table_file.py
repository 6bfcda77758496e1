"""A table from a CSV or Parquet file; if it is not a table, an error says what to do."""

import contextlib
import gzip
import zlib
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from datasets.limits import check_column_count, check_size, get_total_memory
from datasets.text_format import infer_read_options, open_binary
from errors import UserError, suggest

TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
PARQUET = (".parquet", ".pq")
COUNTED = 1 << 22  # bytes whose rows are counted to estimate the number of rows of a text file
DEFLATE = 1032  # largest compression ratio of gzip
CELL = 24  # bytes that pandas needs for a cell while it reads, measured


def read_table(path):
    """Read a table whose first line has the column names.

    Args:
        path: a .csv, .tsv or .txt file (separated by commas, semicolons or tabs; also with .gz), or
            a .parquet file.

    Returns: a `pandas.DataFrame` with at least one row; the names are unique text without white
    space around them.

    Raises: UserError if the file does not exist or is not a table.
    """
    path = check_table_file(path)
    frame = _read_parquet(path) if is_parquet(path) else _read_text(path)
    _check_names(path, list(frame.columns))
    check_not_empty(path, len(frame))
    return frame


def read_table_pieces(path, rows, options=None):
    """Read a table piece by piece, for files larger than memory.

    Args:
        path: path from `check_table_file`.
        rows: maximum number of rows of a piece.
        options: options from `infer_text_options`, which may have pandas' `dtype` for some columns;
            None for Parquet.

    Returns: an iterator of `pandas.DataFrame` with names as in `read_table`.

    Raises:
        UserError: the file is not a table, or not a valid one further down.
        UnicodeDecodeError: the file is in a different encoding further down; try latin-1 then.
    """
    if is_parquet(path):
        with _report_parquet_errors(path):
            for batch in pq.ParquetFile(path).iter_batches(rows):
                frame = pa.Table.from_batches([batch]).to_pandas()
                yield _decode_categories(_clean_names(frame))
        return
    with _report_text_errors(path), _parse(path, options, chunksize=rows) as reader:
        yield from map(_convert_large_integers, reader)


def read_column_names(path, options=None):
    """Return a table's column names; arguments and errors as for `read_table_pieces`."""
    if not is_parquet(path):
        with _report_text_errors(path):
            return _read_text_names(path, options)
    with _report_parquet_errors(path):
        frame = pq.read_schema(path).empty_table().to_pandas()
        names = list(_clean_names(frame).columns)
    _check_names(path, names)
    return names


def estimate_size(path):
    """Return a table's number of rows and its size in bytes, uncompressed.

    Both are estimated from the beginning of a text file.
    """
    if is_parquet(path):
        with _report_parquet_errors(path):
            metadata = pq.read_metadata(path)
        groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
        size = sum(group.total_byte_size for group in groups)
        return metadata.num_rows, max(size, 8 * metadata.num_rows * metadata.num_columns)
    with _report_text_errors(path), path.open("rb") as raw:
        file = gzip.GzipFile(fileobj=raw) if path.suffix.lower() == ".gz" else raw
        start = file.read(COUNTED)
        share = raw.tell() / path.stat().st_size
    lines = start.count(b"\n") + (not start.endswith(b"\n"))
    return max(1, round((lines - 1) / share)), round(len(start) / share)


def infer_text_options(path):
    """Return the options with which pandas reads a text file: encoding, separators, and so on."""
    with _report_text_errors(path):
        return infer_read_options(path)


def check_table_file(path):
    """Return the path of a table file; raise UserError if there is none or it cannot be one."""
    path = Path(path).expanduser()
    tables = _list_tables(path if path.is_dir() else path.parent)
    if path.is_dir():
        hint = f". Tables in it: {', '.join(tables[:5])}" if tables else ""
        raise UserError(f"'{path}' is a folder, expected a table file{hint}")
    if not path.exists():
        raise UserError(f"There is no file '{path}'.{suggest(path.name, tables)}")
    if not is_table_name(path.name):
        suffixes = path.suffixes[-2:] if path.suffix.lower() == ".gz" else [path.suffix]
        raise UserError(
            f"'{path}' is not a table that can be read: expected {', '.join(TEXT + PARQUET)}. "
            f"Received: '{''.join(suffixes).lower()}'"
        )
    if path.stat().st_size == 0:
        raise UserError(
            f"'{path}' is empty (0 bytes); expected column names in the first line and rows below"
        )
    return path


def check_not_empty(path, rows):
    """Raise UserError for a table without rows."""
    if not rows:
        raise UserError(f"'{path}' has column names but no rows. Add rows below the names")


def is_table_name(name):
    """Return whether a file's name ends like a table's."""
    return name.lower().endswith(TEXT + PARQUET)


def is_parquet(path):
    """Return whether a file has the suffix of a Parquet file."""
    return path.suffix.lower() in PARQUET


def _list_tables(folder):
    files = folder.iterdir() if folder.is_dir() else ()
    return sorted(file.name for file in files if is_table_name(file.name))


def _check_names(path, names):
    check_column_count(path, len(names))
    repeated = sorted(name for name, count in Counter(names).items() if count > 1)
    if repeated:
        raise UserError(
            f"'{path}' has several columns with the name {', '.join(map(repr, repeated))}. "
            "Give each column a different name"
        )


def _read_parquet(path):
    with _report_parquet_errors(path):
        check_column_count(path, pq.read_metadata(path).num_columns)
        # From the metadata: repeated values take almost no space in the file.
        check_size(path, estimate_size(path)[1])
        return _clean_names(pd.read_parquet(path))


def _clean_names(frame):
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()  # a named index is a column
    return frame.rename(columns=lambda name: str(name).strip()).reset_index(drop=True)


def _decode_categories(frame):
    """Replace pandas' categories by their values: they differ from piece to piece."""
    coded = frame.select_dtypes("category")
    return frame.astype({name: values.cat.categories.dtype for name, values in coded.items()})


def _read_text(path):
    with _report_text_errors(path):
        _check_text_size(path)
        options = infer_read_options(path)
        try:
            return _convert_large_integers(_parse(path, options))
        except UnicodeDecodeError:  # not UTF-8 further down
            return _convert_large_integers(_parse(path, {**options, "encoding": "latin-1"}))


def _check_text_size(path):
    """Raise UserError for a text file that is too large for memory.

    pandas needs a few bytes per byte of text, and more for each cell.
    """
    packed = path.suffix.lower() == ".gz"
    if path.stat().st_size * (DEFLATE if packed else 1) * CELL < get_total_memory() / 2:
        return
    needed = 0
    with open_binary(path) as file:
        while part := file.read(1 << 24):
            needed += len(part) + CELL * sum(map(part.count, (b",", b";", b"\t", b"\n")))
            check_size(path, needed, copies=2)


def _parse(path, options, **more):
    names = _read_text_names(path, options)
    return pd.read_csv(path, header=0, names=names, low_memory=False, **options, **more)


def _read_text_names(path, options):
    # From the first two lines: otherwise pandas renames equal names, and takes a first column
    # without a name as row labels. It decodes more than these lines; errors there are found later.
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


def _convert_large_integers(frame):
    """Convert integers beyond 64 bits, which pandas keeps as Python's integers, to floats."""
    for name in frame.columns[frame.dtypes.eq(object)]:
        if pd.api.types.infer_dtype(frame[name], skipna=True) == "integer":
            # By way of text, since Python cannot convert an integer of 400 digits to a float.
            frame[name] = frame[name].astype(str).astype(float)
    return frame


@contextlib.contextmanager
def _report_parquet_errors(path):
    try:
        yield
    except UserError:
        raise
    except Exception as error:  # pyarrow raises its own types as well as OSError and ValueError
        raise UserError(
            f"'{path}' cannot be read as Parquet: {_shorten(error)}. Write the file again"
        ) from None


@contextlib.contextmanager
def _report_text_errors(path):
    try:
        yield
    except pd.errors.EmptyDataError:
        raise UserError(
            f"'{path}' is empty; expected column names in the first line and rows below"
        ) from None
    except UnicodeDecodeError:
        raise
    except (pd.errors.ParserError, ValueError, OSError, EOFError, zlib.error) as error:
        raise UserError(
            f"'{path}' cannot be read as a table: {_shorten(error)}. "
            "Correct that line, or save the file again"
        ) from None


def _shorten(error):
    """Return the first line of an error's message, or its type if it has no message."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].removeprefix("Error tokenizing data. C error: ").rstrip(".")

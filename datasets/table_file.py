"""A table from a file; if it is not a table, an error says what to do."""

import contextlib
import lzma
import zipfile
import zlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from datasets.compressed import COMPRESSED, RATIOS, open_binary, read_start
from datasets.limits import check_column_count, check_size, get_total_memory
from datasets.text_format import infer_text_format
from datasets.whole_table import WHOLE, read_whole
from errors import UserError, suggest

PLAIN = (".csv", ".tsv", ".txt")
TEXT = (*PLAIN, *(plain + packed for plain in PLAIN for packed in COMPRESSED))
PARQUET = (".parquet", ".pq")
TABLES = TEXT + PARQUET + WHOLE
ENDINGS = f"{', '.join(PLAIN + PARQUET + WHOLE)}; text also with {', '.join(COMPRESSED)}"
COUNTED = 1 << 22  # bytes whose rows are counted to estimate the number of rows of a text file
PARQUET_ROWS = 1 << 16  # rows that are read at once
PARSER_ERRORS = (pd.errors.ParserError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
CELL_ENDS = (b",", b";", b"\t", b"|", b" ", b"\n")
CELL = 24  # bytes that pandas needs for a cell while it reads, measured


def read_table(path, text=()):
    """Read a table whose first line has the column names.

    Args:
        path: a text file (separated by commas, semicolons, tabs, bars or blanks, and perhaps
            compressed), or a Parquet, Excel or JSON file.
        text: names of columns whose cells are to be read as text, if the table has them.

    Returns: a `pandas.DataFrame` with at least one row; the names are unique text without white
    space around them. `attrs` has the units that stand below the names, `{name: unit}`, and the
        decimal mark of the numbers.

    Raises: UserError if the file does not exist or is not a table.
    """
    path = check_table_file(path)
    if path.name.lower().endswith(WHOLE):
        with _report_text_errors(path):
            frame = _clean_names(read_whole(path))
    else:
        frame = _read_parquet(path) if is_parquet(path) else _read_text(path, text)
    _check_names(path, list(frame.columns))
    check_not_empty(path, len(frame))
    return frame


def read_table_pieces(path, rows, text_format=None):
    """Read a table piece by piece, for files larger than memory.

    Args:
        path: path from `check_table_file`.
        rows: maximum number of rows of a piece.
        text_format: `datasets.text_format.TextFormat` of a text file; None for others.

    Returns: an iterator of `pandas.DataFrame` with names as in `read_table`.

    Raises:
        UserError: the file is not a table, or not a valid one further down.
        UnicodeDecodeError: the file is in a different encoding further down; try latin-1 then.
    """
    if is_parquet(path):
        with _report_parquet_errors(path):
            for batch in _iterate_batches(path, rows):
                frame = pa.Table.from_batches([batch]).to_pandas()
                yield _decode_categories(_clean_names(frame))
        return
    if text_format is None:
        yield read_table(path)
        return
    with (
        _report_text_errors(path),
        open_binary(path) as file,
        _parse(file, text_format, chunksize=rows) as reader,
    ):
        yield from map(_convert_large_integers, reader)


def read_column_names(path, text_format=None):
    """Return a table's column names; arguments and errors as for `read_table_pieces`."""
    if text_format:
        return list(text_format.names)
    if not is_parquet(path):
        return list(read_table(path).columns)
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
    if not is_text(path):
        frame = read_table(path)
        return len(frame), int(frame.memory_usage(deep=True).sum())
    with _report_text_errors(path):
        start, share = read_start(path, COUNTED)
    lines = start.count(b"\n") + (not start.endswith(b"\n"))
    return max(1, round((lines - 1) / share)), round(len(start) / share)


def read_text_format(path):
    """Return the `TextFormat` of a text file; None for other files."""
    if not is_text(path):
        return None
    with _report_text_errors(path):
        found = infer_text_format(path)
    _check_names(path, found.names)
    return found


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
        suffixes = path.suffixes[-2:] if path.suffix.lower() in COMPRESSED else [path.suffix]
        raise UserError(
            f"'{path}' is not a table that can be read: expected {ENDINGS}. "
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
    return name.lower().endswith(TABLES)


def is_text(path):
    """Return whether a file is a text file by its name."""
    return path.name.lower().endswith(TEXT)


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
        check_size(path, estimate_size(path)[1])
        # Repeated values take almost no space in the file, so the size shows while it is read.
        batches, size = [], 0
        for batch in _iterate_batches(path):
            size += batch.nbytes
            check_size(path, size)
            batches.append(batch)
        table = pa.Table.from_batches(batches, pq.read_schema(path))
        return _clean_names(table.to_pandas())


def _iterate_batches(path, rows=PARQUET_ROWS):
    """Return an iterator of record batches, of so few rows that one cannot fill the memory."""
    file = pq.ParquetFile(path)
    largest = 1  # bytes of a text: one may be repeated in every row
    for number in range(file.metadata.num_row_groups):
        group = file.metadata.row_group(number)
        chunks = [group.column(index) for index in range(group.num_columns)]
        sizes = [c.total_uncompressed_size for c in chunks if c.physical_type == "BYTE_ARRAY"]
        largest = max(largest, *sizes, 1)
    return file.iter_batches(max(1, min(rows, get_total_memory() // 8 // largest)))


def _clean_names(frame):
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()  # a named index is a column
    return frame.rename(columns=lambda name: str(name).strip()).reset_index(drop=True)


def _decode_categories(frame):
    """Replace pandas' categories by their values: they differ from piece to piece."""
    coded = frame.select_dtypes("category")
    return frame.astype({name: values.cat.categories.dtype for name, values in coded.items()})


def _read_text(path, text=()):
    with _report_text_errors(path):
        _check_text_size(path)
        found = infer_text_format(path)
        _check_names(path, found.names)
        found = replace(found, text=found.text | (set(text) & set(found.names)))
        try:
            frame = _parse_all(path, found)
        except UnicodeDecodeError:  # not UTF-8 further down
            frame = _parse_all(path, replace(found, encoding="latin-1"))
    frame.attrs |= {"units": found.units, "decimal": found.decimal}
    return frame


def _check_text_size(path):
    """Raise UserError for a text file that is too large for memory.

    pandas needs a few bytes per byte of text, and more for each cell.
    """
    ratio = RATIOS.get(path.suffix.lower(), 1)
    if path.stat().st_size * ratio * CELL < get_total_memory() / 2:
        return
    needed = 0
    with open_binary(path) as file:
        while part := file.read(1 << 24):
            needed += len(part) + CELL * sum(map(part.count, CELL_ENDS))
            check_size(path, needed, copies=2)


def _parse_all(path, text_format):
    with open_binary(path) as file:
        return _convert_large_integers(_parse(file, text_format))


def _parse(file, text_format, **more):
    return pd.read_csv(file, low_memory=False, **text_format.options(), **more)


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
    except (UnicodeDecodeError, UserError):
        raise
    except (*PARSER_ERRORS, ValueError, OSError, EOFError) as error:
        raise UserError(
            f"'{path}' cannot be read as a table: {_shorten(error)}. "
            "Correct that line, or save the file again"
        ) from None


def _shorten(error):
    """Return the first line of an error's message, or its type if it has no message."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].removeprefix("Error tokenizing data. C error: ").rstrip(".")

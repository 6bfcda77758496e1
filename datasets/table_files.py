"""Several files as one table: a folder or a pattern of names, read at once or in pieces."""

import glob
from pathlib import Path

import pandas as pd

from datasets.columns import infer_content, to_label
from datasets.kaggle import resolve_table_path
from datasets.limits import check_size
from datasets.table_file import (
    PARQUET,
    TEXT,
    check_not_empty,
    check_table_file,
    estimate_size,
    infer_text_options,
    is_parquet,
    is_table_name,
    read_column_names,
    read_table,
    read_table_pieces,
)
from errors import UserError

PIECE = 32_000_000  # bytes of a piece, uncompressed; several times as much in memory


def find_table_files(data):
    """Return the `TableFiles` given with `--data`.

    Args:
        data: a file, a folder (all tables in it), a pattern such as `folder/*.csv`, or a dataset of
            Kaggle as in `datasets.kaggle.resolve_table_path`.

    Raises: UserError if there is no table.
    """
    path = Path(data).expanduser()
    if path.is_dir():
        files = [
            file for file in path.iterdir() if is_table_name(file.name) and file.name[0] not in "._"
        ]
        if not files:
            raise UserError(
                f"--data {data}: the folder contains no table; "
                f"expected files that end in {', '.join(TEXT + PARQUET)}"
            )
    elif is_pattern(data):
        files = [Path(file) for file in glob.glob(str(path), recursive=True)]
        if not files:
            raise UserError(
                f"--data {data}: no file matches this pattern. Check the folder and the ending"
            )
    else:
        files = [resolve_table_path(data)]
    return TableFiles(sorted(files))


def is_pattern(data):
    """Return whether `--data` is a pattern of names, as in a shell, and not a file's name."""
    return glob.has_magic(data) and not Path(data).expanduser().exists()


class ReadAgain(Exception):
    """A later piece has shown that earlier ones were read wrongly."""


class TableFiles:
    """Files with the same columns, which together are one long table.

    As in a table that is read at once, a column is text if it is not a number in every row, and a
    file that is not UTF-8 is latin-1. If this shows in a later piece, reading starts again.

    Args:
        paths: paths of files that `datasets.table_file` reads, in the order of their rows.

    Attributes:
        names: column names.
        contents: `{name: content}` of all rows, see `datasets.columns.infer_content`; complete
            once all pieces have been read.
        rows, bytes: number of rows, and of bytes uncompressed; estimates if a file is text.

    Raises: UserError if a file is not a table, or has different columns from the first.
    """

    def __init__(self, paths):
        self.paths = [check_table_file(path) for path in paths]
        self.options = {
            path: None if is_parquet(path) else infer_text_options(path) for path in self.paths
        }
        self.names = read_column_names(self.paths[0], self.options[self.paths[0]])
        for path in self.paths[1:]:
            self.check_names(path, read_column_names(path, self.options[path]))
        self.rows, self.bytes = map(sum, zip(*map(estimate_size, self.paths), strict=True))
        self.contents = dict.fromkeys(self.names, "missing")
        self.text_columns = set()  # columns that are read as text

    def check_names(self, path, names):
        """Raise UserError if a file has different columns from the first."""
        missing, extra = set(self.names) - set(names), set(names) - set(self.names)
        differences = [
            f"{title}: {', '.join(map(repr, sorted(which)))}"
            for title, which in (("missing", missing), ("additional", extra))
            if which
        ]
        if differences:
            raise UserError(
                f"'{path}' has different columns from '{self.paths[0]}' "
                f"({'; '.join(differences)}). All files must have the same columns"
            )

    def read_at_once(self):
        """Return all rows as a `pandas.DataFrame`; raise UserError if they do not fit in memory."""
        if len(self.paths) == 1:
            return read_table(self.paths[0])
        check_size(self.paths[0].parent, self.bytes)
        return self.read_with(pd.concat)

    def read_with(self, consume, rows=None):
        """Return `consume(pieces)`, called again if a piece shows that others were read wrongly.

        Args:
            consume: function that takes an iterator of `pandas.DataFrame` to its end. The labels of
                the rows are their numbers from 0.
            rows: maximum number of rows of a piece.
        """
        while True:
            try:
                return consume(self.read_pieces(rows))
            except ReadAgain:
                continue

    def read_pieces(self, rows=None):
        """Read the table as an iterator of `pandas.DataFrame`; raise ReadAgain to start again."""
        rows = rows or max(1, PIECE * self.rows // self.bytes)
        self.contents = dict.fromkeys(self.names, "missing")
        end = 0
        for path in self.paths:
            start = end
            try:
                for frame in read_table_pieces(path, rows, self.options[path]):
                    if is_parquet(path):
                        self.convert_to_text(frame)
                    frame.index = pd.RangeIndex(end, end + len(frame))
                    end += len(frame)
                    self.update_contents(frame)
                    yield frame[self.names]
            except UnicodeDecodeError:
                self.options[path]["encoding"] = "latin-1"
                raise ReadAgain from None
            check_not_empty(path, end - start)
        self.check_contents()

    def convert_to_text(self, frame):
        """Convert the columns of a piece that are read as text; pandas does it for text files."""
        for name in self.text_columns:
            frame[name] = frame[name].map(to_label, na_action="ignore").astype("str")

    def update_contents(self, frame):
        """Combine the contents of a piece with those of earlier pieces."""
        for name, values in frame.items():
            content, earlier = infer_content(values), self.contents[name]
            if earlier == "missing":
                self.contents[name] = content
            elif content not in ("missing", earlier):
                self.contents[name] = "mixed"

    def check_contents(self):
        """Raise ReadAgain if a column is mixed and was not read as text."""
        mixed = {name for name, content in self.contents.items() if content == "mixed"}
        if mixed - self.text_columns:
            self.text_columns |= mixed
            for options in filter(None, self.options.values()):
                options["dtype"] = dict.fromkeys(self.text_columns, "str")
            raise ReadAgain

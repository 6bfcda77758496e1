"""Several files as one table: a folder or a pattern of names, read at once or in pieces."""

import glob
from dataclasses import replace
from pathlib import Path

import pandas as pd

from datasets.columns import infer_content
from datasets.interpreter import Interpreter
from datasets.kaggle import resolve_table_path
from datasets.limits import check_size
from datasets.table_file import (
    ENDINGS,
    check_not_empty,
    check_table_file,
    estimate_size,
    is_table_name,
    read_column_names,
    read_table,
    read_table_pieces,
    read_text_format,
)
from errors import UserError

PIECE = 32_000_000  # bytes of a piece, uncompressed; several times as much in memory


def find_table_files(data, interpreter=None):
    """Return the `TableFiles` given with `--data`.

    Args:
        interpreter: `datasets.interpreter.Interpreter`; None for one that decides everything.
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
                f"--data {data}: the folder contains no table; expected files that end in {ENDINGS}"
            )
    elif is_pattern(data):
        files = [Path(file) for file in glob.glob(str(path), recursive=True)]
        if not files:
            raise UserError(
                f"--data {data}: no file matches this pattern. Check the folder and the ending"
            )
    else:
        files = [resolve_table_path(data)]
    return TableFiles(sorted(files), interpreter or Interpreter())


def is_pattern(data):
    """Return whether `--data` is a pattern of names, as in a shell, and not a file's name."""
    return glob.has_magic(data) and not Path(data).expanduser().exists()


class ReadAgain(Exception):
    """A later piece has shown that earlier ones were read wrongly."""


class TableFiles:
    """Files with the same columns, which together are one long table.

    What a column is, all rows decide together: if a later piece shows that earlier ones were read
    wrongly, reading starts again. A file that is not UTF-8 is latin-1.

    Args:
        paths: paths of files that `datasets.table_file` reads, in the order of their rows.
        interpreter: `datasets.interpreter.Interpreter` of the pieces' text.

    Attributes:
        names: column names.
        contents: `{name: contents of the pieces}`, see `datasets.columns.infer_content`;
            complete once all pieces have been read.
        text: names of the columns whose cells are read as text.
        rows, bytes: number of rows, and of bytes uncompressed; estimates if a file is text.

    Raises: UserError if a file is not a table, or has different columns from the first.
    """

    def __init__(self, paths, interpreter):
        self.paths, self.interpreter = [check_table_file(path) for path in paths], interpreter
        self.formats = {path: read_text_format(path) for path in self.paths}
        self.names = read_column_names(self.paths[0], self.formats[self.paths[0]])
        for path in self.paths[1:]:
            self.check_names(path, read_column_names(path, self.formats[path]))
        self.rows, self.bytes = map(sum, zip(*map(estimate_size, self.paths), strict=True))
        # Numbers with a decimal comma, in some of the files at least.
        has_comma = any(found.decimal == "," for found in self.formats.values() if found)
        self.decimal = "," if has_comma else "."
        self.contents = {name: set() for name in self.names}
        self.read_as_text(interpreter.categories)

    def read_as_text(self, names):
        """Read the cells of these columns as text from now on, in all files.

        Columns that have to be read as text in one file are text in all.
        """
        formats = {path: found for path, found in self.formats.items() if found}
        self.text = frozenset(names).union(*(found.text for found in formats.values()))
        for path, found in formats.items():
            self.formats[path] = replace(found, text=self.text)

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
            return read_table(self.paths[0], self.text)
        check_size(self.paths[0].parent, self.bytes)
        frames = [read_table(path, self.text)[self.names] for path in self.paths]
        frame = pd.concat(frames, ignore_index=True)
        frame.attrs["decimal"] = self.decimal
        return frame

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
        self.contents = {name: set() for name in self.names}
        self.interpreter.begin()
        end = 0
        for path in self.paths:
            start = end
            try:
                for frame in read_table_pieces(path, rows, self.formats[path]):
                    frame.index = pd.RangeIndex(end, end + len(frame))
                    end += len(frame)
                    frame = self.interpreter.interpret(frame[self.names], self.decimal)
                    self.update_contents(frame)
                    yield frame
            except UnicodeDecodeError:
                self.formats[path] = replace(self.formats[path], encoding="latin-1")
                raise ReadAgain from None
            check_not_empty(path, end - start)
        self.check_contents()

    def update_contents(self, frame):
        """Add the contents of a piece."""
        for name, values in frame.items():
            self.contents[name] |= {infer_content(values)} - {"missing"}

    def get_content(self, name):
        """Return the content of a column, given the contents of all pieces."""
        found = self.contents[name] or {"missing"}
        return next(iter(found)) if len(found) == 1 else "mixed"

    def check_contents(self):
        """Raise ReadAgain if some pieces of a column were read differently from others."""
        interpreter = self.interpreter
        mixed = {name for name in self.names if self.get_content(name) == "mixed"}
        late = mixed & interpreter.late  # read as numbers or dates from the start, next time
        # A piece of few numbers, in a column that may have many.
        tried = {name for name in mixed if self.contents[name] == {"number", "text"}}
        tried = {name for name in tried if interpreter.try_numbers(name)}
        labels = (mixed - late - tried) | set(interpreter.find_mistakes())
        if interpreter.become_categories(labels) or late or tried:
            self.read_as_text(labels)
            raise ReadAgain

"""Several files as one table: a folder or a pattern of names, read at once or piece by piece."""

import glob
from pathlib import Path

import pandas as pd

from datasets.columns import content_of, label_of
from datasets.kaggle import table_path
from datasets.limits import check_size
from datasets.table_file import (
    PARQUET,
    TEXT,
    checked_file,
    column_names,
    is_parquet,
    no_rows,
    read_table,
    rows_and_bytes,
    table_pieces,
    text_options,
)
from errors import UserError

PIECE = 32_000_000  # bytes of a piece, uncompressed; parsed it takes a few times as many


def table_files(data):
    """The files behind `--data`: one, all tables in a folder, those a pattern such as `folder/*.csv` fits, or one of Kaggle.

    Raises: UserError if there is none.
    """
    path = Path(data).expanduser()
    if path.is_dir():
        found = [
            file
            for file in path.iterdir()
            if file.name.lower().endswith(TEXT + PARQUET) and file.name[0] not in "._"
        ]
        if not found:
            raise UserError(
                f"--data {data}: the folder holds no table. Wanted files that end in {', '.join(TEXT + PARQUET)}"
            )
    elif is_pattern(data):
        found = [Path(file) for file in glob.glob(str(path), recursive=True)]
        if not found:
            raise UserError(
                f"--data {data}: no file has a name like this. Look at the folder and the ending"
            )
    else:
        found = [table_path(data)]
    return TableFiles(sorted(found))


def is_pattern(data):
    """Whether `--data` is a pattern of names, as shells have it, and not the name of a file."""
    return glob.has_magic(data) and not Path(data).expanduser().exists()


class ReadAgain(Exception):
    """A later piece has shown that earlier ones were read wrongly."""


class TableFiles:
    """Files of the same columns, in their order one long table.

    As in a table that is read at once, a column is text wherever it is not a number in every row, and a file that is not
    UTF-8 is latin-1. Pieces show it late; then they are read again from the first one.

    Args:
        paths: of files that `datasets.table_file` reads.

    Attributes:
        names: of the columns.
        contents: `{name: content}` of all rows, see `datasets.columns.content_of`, once they have been read.
        rows, bytes: how many there are, uncompressed; estimates where a file is text.

    Raises: UserError for a file that is not a table, or has other columns than the first.
    """

    def __init__(self, paths):
        self.paths = [checked_file(path) for path in paths]
        self.options = {
            path: None if is_parquet(path) else text_options(path) for path in self.paths
        }
        self.names = column_names(self.paths[0], self.options[self.paths[0]])
        for path in self.paths[1:]:
            self.check_names(path, column_names(path, self.options[path]))
        self.rows, self.bytes = map(sum, zip(*map(rows_and_bytes, self.paths), strict=True))
        self.contents = dict.fromkeys(self.names, "missing")
        self.text = set()  # columns to be read as text

    def check_names(self, path, names):
        lacking, more = sorted(set(self.names) - set(names)), sorted(set(names) - set(self.names))
        found = [
            f"{verb} {', '.join(map(repr, which))}"
            for verb, which in (("lacks", lacking), ("has", more))
            if which
        ]
        if found:
            raise UserError(
                f"'{path}' has other columns than '{self.paths[0]}': it {' and '.join(found)}. Wanted the same in all files"
            )

    def read_at_once(self):
        """One `pandas.DataFrame` of all rows; raise UserError if they don't fit into the memory."""
        if len(self.paths) == 1:
            return read_table(self.paths[0])
        check_size(self.paths[0].parent, self.bytes)
        return self.read(pd.concat)

    def read(self, consume, rows=None):
        """`consume(pieces)`, from the beginning again where a later piece shows that earlier ones were read wrongly.

        Args:
            consume: takes an iterator of `pandas.DataFrame` to its end. Their labels are the numbers of the rows from 0.
            rows: most rows of a piece.
        """
        while True:
            try:
                return consume(self.pieces(rows))
            except ReadAgain:
                continue

    def pieces(self, rows=None):
        rows = rows or max(1, PIECE * self.rows // self.bytes)
        self.contents = dict.fromkeys(self.names, "missing")
        start = 0
        for path in self.paths:
            before = start
            try:
                for frame in table_pieces(path, rows, self.options[path]):
                    for name in self.text if is_parquet(path) else ():
                        frame[name] = frame[name].map(label_of, na_action="ignore").astype("str")
                    frame.index = pd.RangeIndex(start, start + len(frame))
                    start += len(frame)
                    self.note_contents(frame)
                    yield frame[self.names]
            except UnicodeDecodeError:
                self.options[path]["encoding"] = "latin-1"
                raise ReadAgain from None
            if start == before:
                raise no_rows(path)
        if (
            mixed := {name for name, content in self.contents.items() if content == "mixed"}
            - self.text
        ):
            self.text |= mixed
            for options in filter(None, self.options.values()):
                options["dtype"] = dict.fromkeys(self.text, "str")
            raise ReadAgain

    def note_contents(self, frame):
        for name, values in frame.items():
            content, known = content_of(values), self.contents[name]
            if known == "missing" or content == "missing":
                self.contents[name] = content if known == "missing" else known
            elif content != known:
                self.contents[name] = "mixed"

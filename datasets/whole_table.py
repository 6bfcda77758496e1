"""Tables in Excel and JSON files, which are read at once."""

import zipfile

import pandas as pd

from datasets.limits import check_size
from datasets.text_format import MISSING

JSON = (".json", ".jsonl", ".ndjson")
WHOLE = (".xlsx", *JSON)
JSON_CELLS = 10  # bytes of memory for a byte of the file


def read_whole(path):
    """Read an Excel or JSON file.

    Args:
        path: path of the file. Of a workbook the first sheet is read. JSON is a list of objects, or
            an object a line.

    Returns: a `pandas.DataFrame`; its columns have the types of their cells.

    Raises: ValueError, KeyError or zipfile.BadZipFile if the content is damaged.
    """
    return read_json(path) if path.name.lower().endswith(JSON) else read_excel(path)


def read_json(path):
    check_size(path, path.stat().st_size * JSON_CELLS, copies=1)
    with path.open("rb") as file:
        is_list = file.read(1 << 10).lstrip()[:1] == b"["
    lines = path.suffix.lower() != ".json" or not is_list
    # Neither dates nor numbers in text are guessed here.
    return pd.read_json(
        path, orient="records", lines=lines, dtype=False, convert_axes=False,
        precise_float=True,
    )  # fmt: skip


def read_excel(path):
    with zipfile.ZipFile(path) as archive:
        check_size(path, sum(info.file_size for info in archive.infolist()))
    cells = pd.read_excel(path, header=None, dtype=object, keep_default_na=False, na_values=MISSING)
    cells = cells.dropna(how="all").dropna(axis=1, how="all")
    while len(cells) > 2 and cells.iloc[0].notna().sum() == 1 < cells.iloc[1].notna().sum():
        cells = cells[1:]  # a title
    if cells.empty:
        raise ValueError("the first sheet is empty")
    names = [
        f"Unnamed: {number}" if pd.isna(name) else str(name)
        for number, name in enumerate(cells.iloc[0])
    ]
    return cells[1:].set_axis(names, axis=1).reset_index(drop=True).infer_objects()

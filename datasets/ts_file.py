"""Series from `.ts` files, the text format of the UCR and UEA archives."""

import numpy as np

from datasets.limits import check_size
from errors import UserError

MISSING = ("?", "nan", "")
CELL = 4  # bytes that a number in memory needs at most for a byte of text
REFUSED = {"@timestamps": "true", "@targetlabel": "true", "@classlabel": "false"}


def read_ts(path, must_have_label=True):
    """Read the series and labels of a `.ts` file.

    A line is a series: the channels separated by colons, the steps by commas, the label last.

    Args:
        path: path of the file.
        must_have_label: whether a file with `@classLabel false` is a mistake.

    Returns: `(series, labels)`: a list of `(steps, channels)` in float64, NaN where a value is
    missing, and a list of text; None if the file has no labels.

    Raises: UserError if the file is not like that; the message names the line.
    """
    check_size(path, path.stat().st_size, CELL)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise UserError(f"--data {path} is not a text file. Expected a .ts file") from None
    series, labels, has_begun, has_labels = [], [], False, True
    for number, line in enumerate(lines, start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("@"):
            has_begun = has_begun or line.lower().startswith("@data")
            word, value, *_ = [*line.lower().split(), "", ""]
            if (word, value) == ("@classlabel", "false") and not must_have_label:
                has_labels = False
            elif REFUSED.get(word) == value:
                raise UserError(
                    f"--data {path}, line {number}: '{line}' is not supported. Expected series of "
                    "numbers at equal steps of time, each with the label of a class"
                )
            continue
        if not has_begun:
            raise UserError(
                f"--data {path}, line {number}: expected a line with @data before the first "
                "series. See the .ts format of the UCR archive"
            )
        *channels, label = line.split(":") if has_labels else [*line.split(":"), "none"]
        if not channels or not label.strip():
            raise UserError(
                f"--data {path}, line {number}: expected VALUES:LABEL, or VALUES:VALUES:LABEL with "
                f"two channels. Received: {line[:40]!r}"
            )
        series.append(read_channels(channels, f"--data {path}, line {number}"))
        labels.append(label.strip())
    if not series:
        raise UserError(f"--data {path} has no series behind @data")
    return series, labels if has_labels else None


def read_channels(channels, where):
    """Return the channels of a series as `(steps, channels)`."""
    columns = []
    for text in channels:
        cells = [cell.strip() for cell in text.split(",")]
        try:
            columns.append([np.nan if c.lower() in MISSING else float(c) for c in cells])
        except ValueError as error:
            word = str(error).removeprefix("could not convert string to float: ")
            raise UserError(f"{where}: {word} is not a number") from None
    # Channels may end at different steps.
    values = np.full((max(map(len, columns)), len(columns)), np.nan)
    for channel, column in enumerate(columns):
        values[: len(column), channel] = column
    return values

"""Draw new rows or pictures from a run and write them."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from datasets.dataset import TEXT, list_names
from errors import UserError, suggest
from evaluation.output import write_output, write_text
from runs.folder import format_path

MOST = 10**6  # rows at once
SEEDS = 2**31 - 1  # the endpoint takes int32
SMALLEST = {"steps": 1, "temperature": 0, "top_k": 0}  # values of further inputs


def generate_rows(run, count, seed, output="", inputs=()):
    """Draw from a run's endpoint `generate`; write rows as CSV, pictures as PNG files, and print
    a text.

    Args:
        run: `runs.run.Run`.
        count: number of rows, or of characters.
        seed: seed of the rows; the same seed gives the same rows.
        output: file to write, or folder for pictures; samples.csv or samples/ in the run's folder
            if empty, and none for a text.
        inputs: further inputs of the endpoint, "NAME=VALUE".

    Raises: UserError if the run has no such endpoint, or a number is out of range.
    """
    endpoints = run.config.get("endpoints", {})
    if "generate" not in endpoints:
        raise UserError(
            f"--generate needs a run with the endpoint generate, such as one of flow. "
            f"{run.folder.name} has: {', '.join(endpoints)}"
        )
    for option, value, low, high in (
        ("--generate", count, 1, MOST),
        ("--seed", seed, 0, SEEDS),
    ):
        if not low <= value <= high:
            raise UserError(f"{option} must be a number from {low} to {high}. Received: {value}")
    columns = run.inputs("generate")  # reports a damaged config.json
    request = {"count": count, "seed": seed} | read_inputs(inputs, columns)
    rows = run.predict(request, "generate")
    if columns[0].kind == "text":  # the prompt of a single text
        text = request.get("prompt", "") + str(rows["text"])
        print(text)
        if output:
            write_text(text, output)
            print(f"Written: {format_path(output)}, {len(text)} characters")
        return
    pictures = [values for values in rows.values() if values.ndim == 4]
    if pictures:
        folder = Path(output or run.folder / "samples")
        if folder.suffix.lower() in (".csv", ".png", ".npz"):
            raise UserError(
                f"--output {folder}: pictures are written to a folder. Leave out {folder.suffix}"
            )
        max_pixel = run.config["data"]["max_pixel"]
        write_pictures(pictures[0] / max_pixel, folder, replace=not output)
        print(f"Written: {format_path(folder)}/, {count} pictures")
        return
    # TensorFlow sorts the columns by name; the user's order comes back.
    order = [name for name in run.config["data"]["columns"] if name in rows]
    table = pd.DataFrame(rows)[order]
    output = output or run.folder / "samples.csv"
    write_output(table, output)
    print(f"Written: {format_path(output)}, {count} rows")


def read_inputs(words, columns):
    """Return `{input: value}` for words "NAME=VALUE".

    Args:
        words: of the option --inputs.
        columns: descriptions of the endpoint's inputs.

    Raises: UserError for an unknown name or a value of another type.
    """
    known = {column.name: column for column in columns if column.name not in ("count", "seed")}
    values = {}
    for word in words:
        name, equals, text = word.partition("=")
        if name in ("count", "seed"):
            option = "--generate" if name == "count" else "--seed"
            raise UserError(f"--inputs {word}: the {name} is given by {option}")
        if not equals or name not in known:
            listed = ", ".join(known) or "none"
            raise UserError(
                f"--inputs {word}: expected NAME=VALUE.{suggest(name, known)} Names are: {listed}"
            )
        kind, words = known[name].dtype, known[name].vocabulary
        if words and text not in words:
            raise UserError(f"--inputs {word}: {name} must be one of {list_names(words)}")
        try:
            values[name] = text if known[name].kind in TEXT else np.dtype(kind).type(text)
        except ValueError:
            raise UserError(f"--inputs {word}: {name} must be a number ({kind})") from None
        if name in SMALLEST and not SMALLEST[name] <= values[name] < float("inf"):
            raise UserError(f"--inputs {word}: {name} must be {SMALLEST[name]} or larger")
    return values


def write_pictures(pictures, folder, replace):
    """Write pictures as PNG files of 8 bits, numbered from 1.

    Args:
        pictures: `(pictures, height, width, channels)`, values from 0 to 1.
        folder: a new folder.
        replace: whether an existing folder is replaced.

    Raises: UserError if the folder exists, or cannot be written.
    """
    if folder.exists() and not replace:
        raise UserError(f"--output {folder} exists. Choose a new folder for the pictures")
    partial = folder.with_name(f"{folder.name}.partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        digits = len(str(len(pictures)))
        for number, picture in enumerate(np.round(255 * pictures).astype("uint8"), start=1):
            Image.fromarray(picture.squeeze()).save(partial / f"{number:0{digits}}.png")
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"--output {folder} cannot be written: {reason}") from None

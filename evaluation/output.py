"""Tables and texts that the user asked for, and the report in the browser."""

import webbrowser
from pathlib import Path

from atomic import write_atomically, write_folder_atomically
from errors import UserError


def write_output(table, output, data=""):
    """Write a `pandas.DataFrame` to the file of `--output` as CSV, whole or not at all.

    Raises: UserError if it is the file of `--data`, or cannot be written.
    """
    if data and Path(output).resolve() == Path(data).resolve():
        raise UserError(f"--output {output} is the file of --data. Choose a different file")
    write_file(output, lambda path: table.to_csv(path, index=False))


def write_text(text, output):
    """Write a text to the file of `--output`, whole or not at all."""
    write_file(output, lambda path: path.write_text(text, encoding="utf-8"))


def write_file(output, write):
    """Call a function that writes a path, whose file becomes that of `--output`."""
    try:
        with write_atomically(output) as path:
            write(path)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"--output {output} cannot be written: {reason}") from None


def open_report(run):
    """Open the report of a run in the browser."""
    path = run.folder / "report.html"
    if not webbrowser.open(path.as_uri()):
        print(f"No browser was found. Open {path}")


def write_folder(output, files, known_by):
    """Write `{relative path: bytes}` to the folder of `--output`, whole or not at all.

    Args:
        output: path of the folder; an earlier one is replaced.
        files: `{relative path: bytes}`.
        known_by: relative path of a file by which an earlier folder is known.

    Raises: UserError if it cannot be written, or would replace a folder with other content.
    """
    output = Path(output)
    if output.exists() and not (output / known_by).is_file():
        raise UserError(f"--output {output} exists and has no {known_by}. Choose a new folder")
    try:
        write_folder_atomically(output, files)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"--output {output} cannot be written: {reason}") from None

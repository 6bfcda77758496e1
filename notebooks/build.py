"""Turn the lectures into Jupyter notebooks with outputs: `python notebooks/build.py [NAMES]`.

They are written to notebooks/built. A notebook that is there may have your answers in it, so that
it is replaced only with --overwrite.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent))

from atomic import write_atomically  # noqa: E402
from errors import UserError, report_errors, suggest  # noqa: E402
from runs.packages import check_packages  # noqa: E402
from tasks.command import parse_options  # noqa: E402

REQUIREMENTS = "requirements-notebooks.txt"
PACKAGES = ("jupytext", "nbclient", "ipykernel")
TIMEOUT = 1800  # seconds for a cell


@dataclass(frozen=True)
class Options:
    """Turn the lectures into Jupyter notebooks."""

    overwrite: bool = False
    """replace notebooks that are in notebooks/built already"""
    empty: bool = False
    """do not run the cells: notebooks without outputs, at once"""


def main(arguments):
    names = [word for word in arguments if not word.startswith("-")]
    words = [word for word in arguments if word.startswith("-")]
    options = parse_options(Options, words, "build.py", description=__doc__)
    check_packages(PACKAGES, "build.py", REQUIREMENTS)
    lectures = choose_lectures(names)
    targets = {path: FOLDER / "built" / f"{path.stem}.ipynb" for path in lectures}
    if not options.overwrite:
        for target in targets.values():
            if target.exists():
                raise UserError(f"{target.name} is in notebooks/built already; add --overwrite")
    for path, target in targets.items():
        start = time.monotonic()
        notebook = read_notebook(path)
        if not options.empty:
            run_cells(notebook, path.stem)
        write_notebook(notebook, target)
        print(f"{target.relative_to(FOLDER.parent)}  {time.monotonic() - start:.0f} s", flush=True)


def choose_lectures(names):
    """Return the files of the lectures with these names or numbers; all without a name."""
    paths = {path.stem: path for path in sorted(FOLDER.glob("lecture_*.py"))}
    chosen = []
    for name in names:
        found = [path for stem, path in paths.items() if stem == Path(name).stem]
        found = found or [
            path for stem, path in paths.items() if stem.split("_")[1] == name.zfill(2)
        ]
        if not found:
            raise UserError(f"there is no lecture {name!r}.{suggest(name, paths)}")
        chosen += found
    return chosen or list(paths.values())


def read_notebook(path):
    """Return a lecture as a notebook without outputs."""
    import jupytext

    notebook = jupytext.read(path, fmt="py:percent")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return notebook


def run_cells(notebook, name):
    """Run a notebook in a kernel of its own, which adds the outputs.

    Raises: UserError with the notebook, the cell and the error.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    (FOLDER / "built").mkdir(exist_ok=True)
    where = {"metadata": {"path": str(FOLDER / "built")}}
    client = NotebookClient(notebook, timeout=TIMEOUT, kernel_name="python3", resources=where)
    client.coalesce_streams = True  # the lines of a training are one output
    client.extra_arguments = ["--log-level=ERROR"]  # no warning that it talks over loopback
    try:
        client.execute()
    except CellTimeoutError:
        raise UserError(f"{name}, cell {find_last(notebook)}: longer than {TIMEOUT} s") from None
    except CellExecutionError as error:
        number = find_last(notebook)
        raise UserError(f"{name}, cell {number}: {error.ename}: {error.evalue}") from None


def find_last(notebook):
    """Return the number of the last code cell that was begun, counted from 1."""
    begun = [
        number
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code" and (cell.execution_count or cell.outputs)
    ]
    return max(begun, default=1)


def write_notebook(notebook, path):
    import nbformat

    with write_atomically(path) as partial:
        nbformat.write(notebook, partial)


if __name__ == "__main__":
    with report_errors("build.py"):
        main(sys.argv[1:])

"""Files that are whole or not there, whatever happens while they are written."""

import contextlib
from pathlib import Path


@contextlib.contextmanager
def whole(path):
    """Yield a hidden path beside the file's own, renamed to it at the end, removed if anything fails before."""
    path = Path(path)
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)

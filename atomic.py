"""Files that are either complete or absent, even if the process dies while writing."""

import contextlib
from pathlib import Path


@contextlib.contextmanager
def write_atomically(path):
    """Yield a hidden path beside `path`; rename it at the end, or remove it on failure."""
    path = Path(path).resolve()
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)

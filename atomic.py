"""Files that are either complete or absent, even if the process dies while writing."""

import contextlib
import os
import tempfile
from pathlib import Path


@contextlib.contextmanager
def write_atomically(path):
    """Yield a hidden path beside `path`; rename it at the end, or remove it on failure."""
    path = Path(path).resolve()
    # A name of its own: two processes may write the same file.
    handle, name = tempfile.mkstemp(".partial", f".{path.name[:100]}.", path.parent)
    os.close(handle)
    partial = Path(name)
    partial.chmod(0o666 & ~read_umask())
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_umask():
    """Return the permissions that new files do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask

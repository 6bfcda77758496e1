"""Files and folders that are either complete or absent, even if the process dies while writing."""

import contextlib
import os
import shutil
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


def write_folder_atomically(folder, files):
    """Write files into a folder that is either complete or absent; an older one is replaced.

    Args:
        folder: path of the folder.
        files: `{relative path: bytes}`.
    """
    folder = Path(folder).resolve()
    partial = Path(tempfile.mkdtemp(".partial", f".{folder.name[:100]}.", folder.parent))
    partial.chmod(0o777 & ~read_umask())
    old = partial.with_suffix(".old")
    try:
        for name, content in files.items():
            (partial / name).parent.mkdir(parents=True, exist_ok=True)
            (partial / name).write_bytes(content)
        if folder.exists():
            folder.rename(old)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def read_umask():
    """Return the permissions that new files do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask

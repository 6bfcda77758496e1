"""Files that may be compressed, opened for reading bytes."""

import bz2
import contextlib
import gzip
import lzma
import zipfile

from errors import UserError

COMPRESSED = (".gz", ".bz2", ".xz", ".zip")
# Largest compression ratio of each: DEFLATE's is a property of the format, the others were
# measured with zeros.
RATIOS = {".gz": 1032, ".zip": 1032, ".bz2": 50_000, ".xz": 10_000}


@contextlib.contextmanager
def open_binary(path):
    """Open a file that may be compressed, for reading bytes."""
    suffix = path.suffix.lower()
    openers = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
    if suffix == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open(find_only_file(path, archive)) as file:
            yield file
        return
    with openers.get(suffix, open)(path, "rb") as file:
        yield file


def find_only_file(path, archive):
    """Return the name of the only file in a zip archive; raise UserError for several."""
    names = [
        info.filename
        for info in archive.infolist()
        if not info.is_dir() and not info.filename.startswith(("__MACOSX/", "."))
    ]
    if len(names) != 1:
        raise UserError(
            f"'{path}' has {len(names)} files, expected one table: {', '.join(names[:5])}. "
            "Unpack it, and pass one of the files"
        )
    return names[0]


def read_start(path, size):
    """Return the first bytes of a file's content, and which part of the content they are.

    Args:
        path: path of the file.
        size: maximum number of bytes.
    """
    suffix = path.suffix.lower()
    if suffix == ".zip":
        with zipfile.ZipFile(path) as archive, open_binary(path) as file:
            start = file.read(size)
            total = archive.getinfo(find_only_file(path, archive)).file_size
        return start, len(start) / max(total, 1)
    with path.open("rb") as raw:
        file = raw
        if suffix == ".gz":
            file = gzip.GzipFile(fileobj=raw)
        elif suffix in (".bz2", ".xz"):
            file = (bz2.BZ2File if suffix == ".bz2" else lzma.LZMAFile)(raw)
        start = file.read(size)
        return start, raw.tell() / path.stat().st_size

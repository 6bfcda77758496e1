"""How much is too much: a file that a stranger made may unfold from a few bytes to more than any machine holds."""

import os

from errors import UserError

MAX_COLUMNS = 10_000  # of a table; each is an input of the network
MAX_HEADER = 1 << 22  # bytes of a table's first line
COPIES = 4  # of arrays that are in memory at once, while they are converted and split
USUAL_MEMORY = 8 << 30  # bytes, where the system does not say


def memory():
    """Bytes of memory that this machine has."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return USUAL_MEMORY


def check_columns(path, count):
    """Raise UserError for more columns than a network can have inputs."""
    if count > MAX_COLUMNS:
        raise UserError(
            f"'{path}' has {count} columns, at most {MAX_COLUMNS} can be used. Leave some out"
        )


def check_size(path, size, copies=COPIES):
    """Raise UserError for content of `size` bytes, unpacked, where so many copies of it would not fit into the memory."""
    most = memory() // copies
    if size > most:
        raise UserError(
            f"'{path}' needs {size / 1e9:.1f} GB of memory or more once it is read, at most {most / 1e9:.1f} GB fit into this "
            "machine's memory. Take fewer rows or pictures"
        )


def read_bounded(path, file, chunk=1 << 24):
    """All bytes of an open file that unpacks as it is read; raise UserError before there are too many."""
    parts, size = [], 0
    while part := file.read(chunk):
        size += len(part)
        check_size(path, size)
        parts.append(part)
    return b"".join(parts)

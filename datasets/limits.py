"""Limits on input: a few bytes of an untrusted file may unpack to more than fits into memory."""

import os
from pathlib import Path

from errors import UserError

MAX_COLUMNS = 10_000  # columns of a table; each is an input of the network
MAX_HEADER = 1 << 22  # bytes of a table's first line
COPIES = 4  # copies of an array in memory while it is converted and split
# Files with the limit of a container: of cgroups version 2 and 1.
CONTAINER_LIMITS = (
    "/sys/fs/cgroup/memory.max",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
)
DEFAULT_MEMORY = 8 << 30  # bytes, if the system does not report its memory


def get_total_memory():
    """Return the memory that this process may use, in bytes."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        total = DEFAULT_MEMORY
    return min(total, *map(read_limit, CONTAINER_LIMITS))


def read_limit(path):
    """Return the memory limit of a container in bytes; infinity if there is none."""
    try:
        return int(Path(path).read_text())
    except (OSError, ValueError):  # no container, or "max"
        return float("inf")


def check_column_count(path, count):
    """Raise UserError for more columns than a network can have inputs."""
    if count > MAX_COLUMNS:
        raise UserError(
            f"'{path}' has {count} columns, but at most {MAX_COLUMNS} can be used. "
            "Remove some of them"
        )


def check_size(path, size, copies=COPIES):
    """Raise UserError if this many copies of `size` bytes, unpacked, do not fit into memory."""
    limit = get_total_memory() // copies
    if size > limit:
        raise UserError(
            f"'{path}' needs at least {size / 1e9:.1f} GB of memory, but at most "
            f"{limit / 1e9:.1f} GB fit into this machine's memory. Use fewer rows or pictures"
        )


def read_bounded(path, file, chunk=1 << 24):
    """Return all bytes of an open compressed file; raise UserError before they fill the memory."""
    parts, size = [], 0
    while part := file.read(chunk):
        size += len(part)
        check_size(path, size)
        parts.append(part)
    return b"".join(parts)

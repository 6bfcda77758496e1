"""Files of Kaggle datasets, through kagglehub's cache."""

import contextlib
import io
import logging
import re
from pathlib import Path

from datasets.paths import list_files
from errors import UserError, suggest

TABLES = (".csv", ".csv.gz", ".tsv", ".parquet")


def fetch_kaggle_file(handle, file=""):
    """Return the path of a dataset's file, which is downloaded once and then cached.

    Args:
        handle: `owner/name`, or `owner/name/versions/N`, which needs no network once it is cached.
        file: path of the file in the dataset; "" if the dataset has only one table.

    Raises: UserError without a network, for an unknown handle, or for an ambiguous file.
    """
    folder = download(handle)
    tables = sorted(
        path.relative_to(folder).as_posix()
        for path in list_files(folder)
        if path.name.endswith(TABLES)
    )
    if not file and len(tables) == 1:
        file = tables[0]
    if file not in tables:
        raise UserError(
            f"Kaggle's dataset {handle} has the tables {', '.join(tables) or 'none'}. "
            f"Received: {file!r}.{suggest(file, tables)} Write kaggle:owner/name/FILE"
        )
    return folder / file


def download(handle):
    """Return the folder of a dataset in kagglehub's cache."""
    import kagglehub
    from kagglehub.exceptions import (
        BackendError,
        CredentialError,
        NotFoundError,
        UnauthenticatedError,
    )

    # A failed connection is an OSError, a misspelt handle a ValueError.
    failures = (
        OSError,
        ValueError,
        BackendError,
        CredentialError,
        NotFoundError,
        UnauthenticatedError,
    )
    logging.getLogger("kagglehub").setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return Path(kagglehub.dataset_download(handle))
    except failures as error:
        reason = " ".join(str(error).split())[:120]
        page = f"https://www.kaggle.com/datasets/{'/'.join(handle.split('/')[:2])}"
        raise UserError(
            f"Kaggle's dataset {handle} could not be downloaded ({reason}). "
            f"Download it from {page} and pass the file with --data FILE"
        ) from None


def resolve_table_path(data):
    """Return the path given with `--data`: a file, or `kaggle:owner/name[/versions/N][/file]`."""
    if not data.startswith("kaggle:"):
        return Path(data)
    parts = data.removeprefix("kaggle:").split("/")
    length = 4 if parts[2:3] == ["versions"] and len(parts) > 3 else 2
    # The words become a folder of the cache; ".." would leave it.
    if len(parts) < 2 or not all(re.fullmatch(r"\w[\w.-]*", part) for part in parts[:length]):
        raise UserError(f"--data {data}: expected kaggle:owner/name or kaggle:owner/name/file")
    return fetch_kaggle_file("/".join(parts[:length]), "/".join(parts[length:]))

"""Files of Kaggle datasets, through kagglehub's cache."""

import contextlib
import io
import logging
import re
from pathlib import Path

from datasets.files import files_inside
from errors import UserError, nearest

TABLES = (".csv", ".csv.gz", ".tsv", ".parquet")


def kaggle_file(handle, file=""):
    """Path of a file of a dataset, downloaded once and then served from the cache.

    Args:
        handle: `owner/name`, or `owner/name/versions/N`, which needs no network once it is in the cache.
        file: its path in the dataset; may be empty where there is one table only.

    Raises: UserError without a network, for an unknown handle, or an ambiguous file.
    """
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
            folder = Path(kagglehub.dataset_download(handle))
    except failures as error:
        reason = " ".join(str(error).split())[:120]
        raise UserError(
            f"Kaggle's dataset {handle} could not be fetched ({reason}). Download it from "
            f"https://www.kaggle.com/datasets/{'/'.join(handle.split('/')[:2])} and give the file with --data FILE"
        ) from None
    tables = sorted(
        path.relative_to(folder).as_posix()
        for path in files_inside(folder)
        if path.name.endswith(TABLES)
    )
    if not file and len(tables) == 1:
        file = tables[0]
    if file not in tables:
        raise UserError(f"Kaggle's dataset {handle} has the tables {', '.join(tables) or 'none'}. Received: {file!r}."
                        f"{nearest(file, tables)} Write kaggle:owner/name/FILE")  # fmt: skip
    return folder / file


def table_path(data):
    """The path behind `--data`: a file, or `kaggle:owner/name[/versions/N][/file]`."""
    if not data.startswith("kaggle:"):
        return Path(data)
    parts = data.removeprefix("kaggle:").split("/")
    length = 4 if parts[2:3] == ["versions"] and len(parts) > 3 else 2
    # The words become a folder of the cache, which ".." would leave.
    if len(parts) < 2 or not all(re.fullmatch(r"\w[\w.-]*", part) for part in parts[:length]):
        raise UserError(f"--data {data}: wanted kaggle:owner/name or kaggle:owner/name/file")
    return kaggle_file("/".join(parts[:length]), "/".join(parts[length:]))

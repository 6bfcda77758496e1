"""The user's own table: a file or many, in memory or in pieces."""

from dataclasses import replace

from datasets.interpreter import Interpreter
from datasets.roles import describe_codes
from datasets.table import NO_ROLES, make_table_dataset
from datasets.table_files import find_table_files
from datasets.table_stream import stream_table
from errors import UserError

LARGE = 500_000_000  # bytes, uncompressed; several times as much in memory


def load_table(
    data, targets, split_seed, task="auto", probabilistic=False, test_data="", stream="auto",
    members=1, roles=NO_ROLES,
):  # fmt: skip
    """Read a table and split it.

    Args:
        data: file, folder of files, pattern, or kaggle:owner/name.
        targets: names of the columns to predict.
        split_seed: seed of the random split.
        task: "regression", "classification" or "auto".
        probabilistic: whether a regression predicts a standard deviation.
        test_data: file with the test rows; "" for a fifth of the data.
        stream: whether to read the table in pieces: "yes", "no", or "auto" above 500 MB.
        members: networks that are to be cross-validated; more than one need all rows in memory.
        roles: `datasets.roles.Roles`.

    Returns: a `datasets.dataset.Dataset`.

    Raises: UserError if there is no such table, or if it cannot be learned.
    """
    if not data:
        raise UserError(
            "table needs --data FILE.csv (or .parquet, or kaggle:owner/name) and --target COLUMN"
        )
    files = find_table_files(data, Interpreter(roles.categories, roles.numbers))
    if not targets:
        raise UserError(f"--target must name one or more of the columns: {', '.join(files.names)}")
    source, options = f"table {data}", (targets, split_seed, task)
    if stream == "no" or (stream == "auto" and files.bytes <= LARGE):
        frame = files.read_at_once()
        data = make_table_dataset(source, frame, *options, None, probabilistic, test_data, roles)
        return add_remarks(data, roles)
    roles.check(files.names, targets)
    roles.check_streamed()
    if members > 1:
        raise UserError(
            "--members must be 1 for a table that is read in pieces; or give --stream no. "
            f"Received: {members}"
        )
    size = files.bytes / 1e9
    print(f"reading     in pieces, about {size:.1f} GB (--stream no: at once, into memory)")
    data = stream_table(source, files, *options, probabilistic, test_data)
    return add_remarks(data, roles)


def add_remarks(data, roles):
    """Return the data with a remark about columns that may have codes."""
    return replace(data, remarks=(*data.remarks, *describe_codes(data, roles.numbers)))

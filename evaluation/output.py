"""Tables that the user asked for, written as CSV."""

from atomic import write_atomically
from errors import UserError


def write_output(table, output):
    """Write a `pandas.DataFrame` to the file of `--output`, whole or not at all."""
    try:
        with write_atomically(output) as path:
            table.to_csv(path, index=False)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"--output {output} cannot be written: {reason}") from None

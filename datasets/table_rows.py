"""Rows of a table as a `Split`."""

from datasets.columns import to_inputs
from datasets.dataset import Split
from datasets.target_column import drop_missing_targets, extract_target
from errors import UserError


def to_split(frame, columns, classes, date_formats=None):
    """Convert rows of a table to a `Split`.

    Args:
        frame: `pandas.DataFrame` without rows in which a target is missing.
        columns: descriptions of the inputs, see `datasets.columns.to_inputs`.
        classes: `{target: classes}`, see `datasets.target_column.describe_target`.
        date_formats: `{column: format}`, see `datasets.columns.to_inputs`.

    Raises: UserError if a column is missing or a value is not as described.
    """
    inputs = to_inputs(frame, columns, date_formats)
    return Split(inputs, {name: extract_target(frame, name, classes[name]) for name in classes})


def to_test_split(frame, columns, classes, date_formats=None):
    """Convert the user's rows to test with to a `Split`, without those that miss a target.

    Arguments and errors are as for `to_split`; it is also an error if no row is left.
    """
    complete, _ = drop_missing_targets(frame, list(classes))
    test = to_split(complete, columns, classes, date_formats)
    if not test.rows:
        raise UserError("the rows of --test-data have no targets. Add them, or omit --test-data")
    return test

"""Rows of a table as a `Split`: the rows of the training, and new rows."""

from datasets.columns import is_text, number_format, to_inputs, to_text
from datasets.dataset import Split
from datasets.kaggle import resolve_table_path
from datasets.number_text import parse_numbers
from datasets.roles import read_weights
from datasets.table_file import read_table
from datasets.target_column import drop_missing_targets, extract_target
from errors import UserError


def to_split(frame, columns, classes):
    """Convert rows of a table to a `Split`.

    Args:
        frame: `pandas.DataFrame` without rows in which a target is missing.
        columns: descriptions of the inputs, see `datasets.columns.to_inputs`.
        classes: `{target: classes}`, see `datasets.target_column.describe_target`.

    Raises: UserError if a column is missing or a value is not as described.
    """
    inputs = to_inputs(frame, columns)
    return Split(inputs, {name: extract_target(frame, name, classes[name]) for name in classes})


def read_new_rows(data, columns, targets=()):
    """Read a table as the table of the training was read.

    Args:
        data: a file, or a dataset of Kaggle.
        columns: descriptions of the inputs.
        targets: descriptions of the targets, which the table may have.

    Returns: a `pandas.DataFrame`.
    """
    text = [c.name for c in columns if c.kind in ("category", "date") or c.text_format]
    text += [t.name for t in targets if t.text_format or isinstance((*t.classes, 0)[0], str)]
    frame = read_table(resolve_table_path(data), text)
    for target in targets:
        values = frame.get(target.name)
        if not target.classes and values is not None and is_text(values):
            # Text that is no number stays, so that an error can name it.
            numbers = parse_numbers(to_text(values), number_format(target))
            frame[target.name] = values.where(numbers.isna(), numbers).infer_objects()
    return frame


def read_test_split(data, columns, targets, roles):
    """Read the user's rows to test with as a `Split`, without those that miss a target.

    Args:
        data, columns, targets: as for `read_new_rows`.
        roles: `datasets.roles.Roles`; the rows count alike if the file has no weights.

    Raises: UserError if no row is left, or as for `to_split`.
    """
    frame = read_new_rows(data, columns, targets)
    complete, _ = drop_missing_targets(frame, [target.name for target in targets])
    test = to_split(complete, columns, {target.name: target.classes for target in targets})
    if not test.rows:
        raise UserError("the rows of --test-data have no targets. Add them, or omit --test-data")
    has_weights = roles.weights in frame.columns
    return test._replace(
        roles={"weight": read_weights(complete, roles.weights)} if has_weights else {}
    )

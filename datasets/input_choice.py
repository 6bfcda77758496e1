"""Which columns of a table can be inputs: those that say something about rows not seen before."""

import re
from typing import NamedTuple

import numpy as np

from datasets.columns import infer_kind, is_integer, is_list
from errors import UserError

ID_WORDS = {"id", "index", "key", "number", "uuid", "guid", "unnamed"}
MANY_ROWS = 20  # in fewer rows, texts may all be different by chance
IS_COUNTER = "counts the rows"


class ColumnFacts(NamedTuple):
    """The facts that decide whether a column can be an input.

    Args:
        rows: number of rows of the table.
        present: number of rows with a value.
        distinct: number of different values; only whether it is 1, less than `present` or equal to
            `present` matters.
        kind: kind from `datasets.columns.infer_kind`; needed only if all values are different.
        integer: whether pandas holds integers.
        lists: whether a value is a list.
        is_counter: whether the values are 0, 1, 2, ... or 1, 2, 3, ...
    """

    rows: int
    present: int
    distinct: int
    kind: str = ""
    integer: bool = False
    lists: bool = False
    is_counter: bool = False


def choose_inputs(frame, targets):
    """Choose the columns of a table in memory that can be inputs.

    Args:
        frame: `pandas.DataFrame`.
        targets: names of the columns to predict.

    Returns: `(names, remarks)`; each remark explains why a column was left out.

    Raises: UserError if no column is left.
    """
    facts = {name: collect_facts(values) for name, values in frame.items() if name not in targets}
    return choose_by_facts(facts)


def collect_facts(series):
    """Return the `ColumnFacts` of a column in memory."""
    values = series.dropna()
    if values.empty or is_list(values.iloc[0]):
        return ColumnFacts(len(series), len(values), 0, lists=not values.empty)
    distinct = values.nunique()
    return ColumnFacts(
        len(series),
        len(values),
        distinct,
        kind=infer_kind(series) if distinct == len(values) else "",
        integer=is_integer(series),
        is_counter=is_row_counter(series),
    )


def choose_by_facts(facts):
    """Choose inputs as `choose_inputs` does, from `{name: ColumnFacts}` without the targets."""
    names, reasons = [], {}
    for name, column in facts.items():
        reason = explain_exclusion(name, column)
        if reason:
            reasons[name] = reason
        else:
            names.append(name)
    if not names:  # a measurement at x = 0, 1, 2, ... has no other input
        names = [name for name, reason in reasons.items() if reason == IS_COUNTER]
    remarks = [
        f"left out '{name}': {reason}" for name, reason in reasons.items() if name not in names
    ]
    if not names:
        raise UserError(
            f"No column is left as an input: {'; '.join(remarks) or 'all are targets'}. "
            "Add a column to the table"
        )
    return names, remarks


def explain_exclusion(name, facts):
    """Return why a column cannot be an input, or an empty string if it can."""
    if not facts.present:
        return "no row has a value"
    if facts.lists:
        return "has lists instead of single values"
    if facts.distinct == 1 and facts.present == facts.rows:
        return "has the same value in every row"
    if facts.distinct >= facts.present:
        is_text = facts.kind == "category" and facts.present > MANY_ROWS
        if is_text or (facts.integer and is_named_like_id(name)):
            return "has a different value in every row, like an id"
    return IS_COUNTER if facts.is_counter else ""


def is_named_like_id(name, words=frozenset()):
    """Return whether a word of a column's name is one that ids have, or one of `words`."""
    return bool((ID_WORDS | words) & set(split_words(name)))


def is_row_counter(series):
    """Return whether the values of a column are 0, 1, 2, ... or 1, 2, 3, ..."""
    if not is_integer(series) or series.isna().any() or series.iloc[0] not in (0, 1):
        return False
    return bool((series.to_numpy() == series.iloc[0] + np.arange(len(series))).all())


def split_words(name):
    """Return the words of a name in lower case: ["customer", "id"] for CustomerID, customer_id."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]

"""What the user says about the columns of a table: which have labels, which one groups rows, ..."""

from typing import NamedTuple

import numpy as np

from datasets.columns import infer_kind, to_row_number
from datasets.dataset import list_names
from datasets.input_choice import is_named_like_id
from datasets.labels import to_label
from errors import UserError, suggest

MEMORY_ONLY = ("group", "time", "weights")
GROUP_WORDS = {
    *("patient", "person", "subject", "user", "customer", "client", "participant", "animal"),
    *("device", "machine", "session", "household", "student", "employee", "player", "case"),
}
FEWEST_GROUPS = 10
MOST_CODES = 20  # largest of the codes that a remark names
REPEATED = 2  # rows of a group, on average
TOO_GOOD = "score may be too good"
TELLING = 0.95  # share of the rows whose target its group tells


class Roles(NamedTuple):
    """Names of columns with a role; "" or () for none.

    Attributes:
        categories: columns that have labels, whatever they look like.
        numbers: columns that have numbers, although some values are not.
        group: column whose value is the same in rows that belong together, e.g. the patient.
        time: column that orders the rows; the latest test.
        weights: column that says how much each row counts.
    """

    categories: tuple = ()
    numbers: tuple = ()
    group: str = ""
    time: str = ""
    weights: str = ""

    def check(self, names, targets):
        """Raise UserError unless the columns exist and have one role each.

        Args:
            names: names of the table's columns.
            targets: names of the columns to predict.
        """
        single = {"group": self.group, "time": self.time, "weights": self.weights}
        given = [(f"--{option}", name) for option, name in single.items() if name]
        given += [("--categories", name) for name in self.categories]
        given += [("--numbers", name) for name in self.numbers]
        for option, name in given:
            if name not in names:
                raise UserError(
                    f"{option} names the column {name!r}, which the table does not have."
                    f"{suggest(name, names)} It has: {', '.join(names)}"
                )
            if option in ("--group", "--time", "--weights") and name in targets:
                raise UserError(f"{option} {name} is a target as well. Choose a different column")
        if both := set(self.categories) & set(self.numbers):
            raise UserError(f"{min(both)!r} is named in --categories and in --numbers; choose one")
        if self.group and self.time:
            raise UserError("rows are split by --group or by --time. Give one of them")

    def read(self, frame):
        """Return `Split.roles` of a table."""
        found = {}
        if self.group:
            found["group"] = frame[self.group].astype(object).map(to_label).to_numpy(object)
        if self.weights:
            found["weight"] = read_weights(frame, self.weights)
        return found

    def check_streamed(self):
        """Raise UserError for a role that needs all rows in memory."""
        for option in MEMORY_ONLY:
            if name := getattr(self, option):
                raise UserError(f"--{option} {name} needs all rows in memory. Give --stream no")


def read_weights(frame, name):
    """Return how much each row counts, `(rows,)`, with a mean of one.

    Raises: UserError unless all are numbers, none of them negative and some positive.
    """
    if infer_kind(frame[name]) != "number":
        raise UserError(f"--weights {name} is text; expected numbers")
    values = frame[name].to_numpy("float64", na_value=np.nan)
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        row = to_row_number(frame.index[bad][0])
        raise UserError(
            f"--weights {name} is {values[bad][0]:g} in row {row}; expected 0 or a positive number"
        )
    if not values.any():
        raise UserError(f"--weights {name} is 0 in every row; some rows must count")
    return (values / values.mean()).astype("float32")


def read_times(frame, name):
    """Return the time of each row, `(rows,)`, as numbers or dates; raise UserError otherwise."""
    if infer_kind(frame[name]) == "category":
        raise UserError(f"--time {name} is text; expected numbers or dates such as 2024-12-31")
    missing = frame[name].isna()
    if missing.any():
        row = to_row_number(frame.index[missing][0])
        raise UserError(f"--time {name} is missing in row {row}. Fill it, or remove that row")
    return frame[name].to_numpy()


def find_leaks(frame, targets):
    """Return a remark for each column of repeated ids that tells the first target.

    In a split at random the rows of a patient both train and test, and the score says nothing about
    other patients.
    """
    remarks = []
    for name in frame.columns.difference(targets, sort=False):
        is_id = is_named_like_id(name, GROUP_WORDS) or has_codes(frame[name])
        groups = frame[name].dropna()
        if not is_id or not FEWEST_GROUPS <= groups.nunique() <= len(groups) / REPEATED:
            continue
        target = frame[targets[0]]
        if is_told_by(target, frame[name]):
            remarks.append(
                f"rows repeat by '{name}', which tells '{targets[0]}': with a split at random the "
                f"{TOO_GOOD}. --group {name} tests with groups not seen in training"
            )
    return remarks


def describe_codes(data, numbers=()):
    """Return the remark about whole numbers that may be codes, as a list of none or one.

    Args:
        data: `datasets.dataset.Dataset`.
        numbers: columns that the user calls numbers.
    """
    rows, few = data.train.sample.inputs, []
    for column in data.columns:
        values = rows[column.name]
        if column.kind == "number" and column.name not in numbers:
            values = np.unique(values[np.isfinite(values)])
            whole = len(values) > 2 and bool(np.all(values == np.round(values)))
            if whole and values[0] in (0, 1) and values[-1] < MOST_CODES:
                few.append(column.name)
    if not few:
        return []
    names = " ".join(f"'{name}'" if " " in name else name for name in few)
    return [
        f"whole numbers with few values: {list_names(few)}. If they are codes, such as the number "
        f"of a shop, use --categories {names}"
    ]


def has_codes(series):
    """Whether the values are codes of letters and digits, such as P051."""
    if infer_kind(series) != "category":
        return False
    return bool(series.dropna().astype(str).str.fullmatch(r"[A-Za-z]+[-_ ]?\d+").all())


def is_told_by(target, groups):
    """Whether the target is nearly the same in all rows of a group, but not in all groups."""
    if infer_kind(target) == "number" and target.nunique() > FEWEST_GROUPS:
        values = target.astype("float64")
        within = (values - values.groupby(groups).transform("mean")).var()
        return bool(within < (1 - TELLING) * values.var())
    rows = target.groupby([groups, target]).size()
    told = rows.groupby(level=0).max().sum() / rows.sum()  # by the usual class of each group
    return bool(told >= TELLING and target.value_counts(normalize=True).iloc[0] < TELLING)

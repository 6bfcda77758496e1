"""A trained network as a function of numbers, with points where it was trained and around."""

import functools
import keyword
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from errors import UserError, suggest
from tasks.study import Subject

MAX_INPUTS = 10
ROWS = 2000  # points at which the network is asked
RESERVED = ("where", "network", "truth", "measured")  # columns of the check points


@dataclass(frozen=True, kw_only=True)
class SampledNetwork(Subject):
    """A network that a formula is sought for.

    Args:
        columns: descriptions of the inputs, `datasets.dataset.Column`.
        target: description of the answer, `datasets.dataset.Target`.
        answer: the network, a function of `(rows, inputs)` to `(rows,)`.
        dtype: precision of the network, "float32" or "float64".
        points: `(rows, inputs)` where the network was trained.
        checks: table of further points, see `evaluation.check_points`.
        measured: `(points, values)` of the data that the network was trained on; None if there is
            none for this answer and these inputs.
        truth: the true function, as `answer`; None if it is not known.
        is_solution: whether the network solves a differential equation. Then its values outside of
            the domain mean nothing.
    """

    columns: tuple
    target: Any
    answer: Callable
    dtype: str
    points: Any
    checks: Any
    measured: tuple | None = None
    truth: Callable | None = None
    is_solution: bool = False

    @functools.cached_property
    def symbols(self):
        """Names of the inputs in formulas."""
        return make_symbols([column.name for column in self.columns])

    def description(self):
        return super().description() | {"targets": [asdict(self.target)]}

    def tabulate_checks(self):
        """Return the check points with the answers of the network and, if known, the truth."""
        points = self.checks[self.symbols].to_numpy()
        values = {"network": self.answer(points)}
        if self.truth:
            values["truth"] = self.truth(points)
        return self.checks.assign(**values)


def describe_function(target, names, run):
    """Return target, inputs and run in words."""
    return f"{target}({', '.join(names)}) of the run {run.folder.name}"


def make_symbols(names):
    """Return names as formulas can have them, all different.

    `petal size (cm)` becomes `petal_size_cm`, `lambda` becomes `lambda_`.
    """
    symbols = []
    for name in names:
        symbol = re.sub(r"_+", "_", re.sub(r"\W", "_", name, flags=re.ASCII)).strip("_") or "x"
        symbol = f"x{symbol}" if symbol[0].isdigit() else symbol
        if keyword.iskeyword(symbol) or symbol in RESERVED:
            symbol = f"{symbol}_"
        while symbol in symbols:
            symbol += "1"
        symbols.append(symbol)
    return symbols


def check_count(names, run):
    """Raise UserError for more inputs than a formula may have."""
    if len(names) > MAX_INPUTS:
        raise UserError(
            f"a formula may have up to {MAX_INPUTS} inputs, and {run.folder.name} has "
            f"{len(names)}: choose columns with --inputs"
        )


def choose_output(names, output):
    """Return the answer that was asked for, or the only one there is."""
    names = list(names)
    if output and output not in names:
        raise UserError(
            f"--output must be one of the answers {', '.join(names)}.{suggest(output, names)} "
            f"Received: {output!r}"
        )
    if not output and len(names) > 1:
        raise UserError(f"the run has the answers {', '.join(names)}: choose one with --output")
    return output or names[0]

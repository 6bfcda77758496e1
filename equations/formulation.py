"""A differential equation as it is solved: what was read, what is built in, what was measured."""

from dataclasses import dataclass, replace
from typing import Any

from equations.conditions import format_number
from equations.equation import Equation
from equations.problem import Problem
from equations.trial import Trial
from errors import to_one_line


@dataclass(frozen=True)
class Formulation:
    """What the experiments on differential equations load.

    Args:
        text: the equation as text.
        problem: the same, read and checked, in the user's units.
        scaled: the same in units of its own, in which it is solved.
        trial: the trial solution of the scaled problem, and which conditions it fulfils.
        measurements: `{column: (rows,)}` that the solution is fitted to; None if there are none.
        reference: `{column: (rows,)}` of a solution to compare with; None if there is none.
    """

    text: Equation
    problem: Problem
    scaled: Problem
    trial: Trial
    measurements: Any = None
    reference: Any = None

    def restore(self, classical):
        """Return an `equations.classical.solver.Classical` of the scaled problem in the user's
        units."""
        return replace(classical, solution=self.scaled.scales.restore_function(classical.solution))

    def description(self):
        """Return what `config.json` keeps of it."""
        rows = {} if self.measurements is None else {"train": count_rows(self.measurements)}
        return {
            "source": "; ".join(self.problem.residual_texts),
            "domain": format_domain(self.problem),
            "conditions": [condition.text for condition in self.problem.conditions],
            "unknowns": list(self.problem.unknowns),
            "rows": rows,
            "remarks": [*self.trial.reasons, *self.problem.warnings],
        }

    def summary(self):
        """Return a few lines that say what is to be solved, and which conditions are built in."""
        problem = self.problem
        unknowns = ", ".join([*problem.unknowns, *problem.constants])
        lines = [
            *(f"equation    {text}" for text in problem.residual_texts),
            f"domain      {', '.join(format_domain(problem))}",
            f"unknown     {unknowns}",
            *([f"scales      {scales}"] if (scales := self.scaled.scales.describe()) else []),
            *(f"condition   {reason}" for reason in self.trial.reasons),
            *(f"warning     {warning}" for warning in problem.warnings),
        ]
        return "\n".join(map(to_one_line, lines))


def count_rows(table):
    return len(next(iter(table.values())))


def format_domain(problem):
    ends = zip(problem.coordinates, problem.low, problem.high, strict=True)
    return [f"{name} = {format_number(low)}..{format_number(high)}" for name, low, high in ends]

"""What a run keeps and shows of an equation."""

from equations.conditions import shown
from errors import one_line


def description(problem, trial):
    """What `config.json` keeps of it."""
    return {
        "source": "; ".join(problem.residual_texts),
        "domain": domain(problem),
        "conditions": [condition.text for condition in problem.conditions],
        "columns": [{"name": name, "dtype": "float64"} for name in problem.coordinates],
        "targets": [{"name": name} for name in problem.unknowns],
        "rows": {},
        "remarks": [*trial.reasons, *problem.warnings],
    }


def summary(problem, trial):
    """A few lines that tell what is to be solved, and which conditions are built in."""
    lines = [f"equation    {text}" for text in problem.residual_texts]
    lines += [
        f"domain      {', '.join(domain(problem))}",
        f"unknown     {', '.join([*problem.unknowns, *problem.constants])}",
    ]
    lines += [f"condition   {reason}" for reason in trial.reasons]
    return "\n".join(
        map(one_line, lines + [f"warning     {warning}" for warning in problem.warnings])
    )


def domain(problem):
    ends = zip(problem.coordinates, problem.low, problem.high, strict=True)
    return [f"{name} = {shown(low)}..{shown(high)}" for name, low, high in ends]

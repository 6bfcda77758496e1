"""What evaluate.py finds out about a run."""

from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Headline:
    """The main score of a run, for the list of all runs.

    Args:
        score: name of the score, e.g. "accuracy of digit".
        value: score of what was exported.
        baseline: score of the best baseline; None if there is none.
        method: name of that baseline.
    """

    score: str
    value: Any
    baseline: Any = None
    method: str = ""


@dataclass(frozen=True)
class Evaluation:
    """Scores and pictures of a run.

    Args:
        headline: the main score.
        tables: `{heading: rows}`, lists of cells, the first row the header.
        figures: `{name: matplotlib Figure}`.
        metrics: further content of `metrics.json`.
        advice: lines that say what to try.
        details: further tables as `tables`, too wide for a terminal; for the report.
    """

    headline: Headline
    tables: dict
    figures: dict
    metrics: dict = field(default_factory=dict)
    advice: tuple = ()
    details: dict = field(default_factory=dict)


def add_ending(evaluation, run):
    """Return the evaluation with what the training said about its end as the first advice."""
    ending = run.config["training"].get("ending", "")
    return replace(evaluation, advice=(ending, *evaluation.advice)) if ending else evaluation

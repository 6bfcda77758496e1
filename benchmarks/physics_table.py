"""The table of `benchmarks/physics.py`: from figures to medians, goals that are met or missed, and ratios."""

import math
import statistics
from typing import NamedTuple

HEADER = "problem", "goal", "ours", "peer", "ratio of errors", "ratio of times", "classical solver"


class Row(NamedTuple):
    """A problem, the options of `train.py` for it, and the goal.

    Attributes:
        problem: its name in the table and in `peers/settings.py`.
        options: the experiment and its options, the seconds of training among them.
        error: the largest that meets the goal; infinite for no goal.
        seconds: most wall time that meets the goal.
        of: what the error is of: the "solution", the "constants" of an inverse problem, or "constants and intervals", where
            the true constants also have to lie in their 95 % intervals.
        unknowns: whose error counts; all if empty.
        seeds: at most, for rows that take long.
    """

    problem: str
    options: str
    error: float = math.inf
    seconds: float = math.inf
    of: str = "solution"
    unknowns: tuple = ()
    seeds: float = math.inf


class Result(NamedTuple):
    """Errors and wall seconds of all seeds, infinite where a seed failed; of the others what evaluate.py wrote (`metrics`), the
    largest memory in GB and the seconds of compiling."""

    row: Row
    errors: list
    times: list
    metrics: list
    memory: list
    compiling: list

    @property
    def error(self):
        return statistics.median(self.errors)

    @property
    def seconds(self):
        return statistics.median(self.times)

    @property
    def goal(self):
        """The goal, and whether the medians meet it."""
        met = self.error <= self.row.error and self.seconds <= self.row.seconds
        words = goal_of(self.row)
        if self.row.of == "constants and intervals":
            inside = [in_intervals(self.row, metrics) for metrics in self.metrics]
            met = met and statistics.median_low(inside)  # of most seeds
            words += f", in the 95 % interval ({sum(inside)} of {len(self.errors)} seeds)"
        return words if math.isinf(self.row.error) else f"{words}: {'met' if met else 'missed'}"

    @property
    def classical(self):
        """The classical solver's name, error and seconds."""
        metrics = self.metrics[0]
        name = metrics.get("baseline")
        if not name:
            return "-"
        error = worst(self.row, metrics["splits"]["test"]["baseline"])
        return f"{name}: {figure(error, metrics['classical solvers'][name]['seconds'])}"


class Peer(NamedTuple):
    """A peer's curves, one for each seed: lists of pairs of seconds, infinite where nobody tells them, and error."""

    name: str
    curves: list
    remark: str = ""

    @property
    def error(self):
        """At the end."""
        return statistics.median(curve[-1][1] for curve in self.curves)

    def until(self, error):
        """Median seconds and error where the curves first are as accurate as this, or else at their ends."""
        points = [
            next((point for point in curve if point[1] <= error), curve[-1])
            for curve in self.curves
        ]
        return tuple(statistics.median(values) for values in zip(*points, strict=True))


def result_of(row, found):
    """A `Result` from what `physics_runs.ours` returned for each seed, None for a seed that failed."""
    errors = [error_of(row, figures["metrics"]) if figures else math.inf for figures in found]
    times = [figures["seconds"] if figures else math.inf for figures in found]
    kept = (
        [figures[name] for figures in found if figures]
        for name in ("metrics", "memory", "compile seconds")
    )
    return Result(row, errors, times, *kept)


def error_of(row, metrics):
    """Relative L2 error of the worst unknown, or relative error of the worst constant; infinite where there is no truth."""
    if row.of == "solution":
        error = worst(row, metrics["splits"]["test"]["network"])
    else:
        error = max(abs(found["value"] / true - 1) for found, true in constants(row, metrics))
    return error if math.isfinite(error) else math.inf


def worst(row, errors):
    return max(
        (errors[name]["relative L2 error"] for name in row.unknowns or errors), default=math.inf
    )


def in_intervals(row, metrics):
    """Whether every constant lies within 1.96 standard errors of the true one."""
    return all(
        abs(found["value"] - true) <= 1.96 * found["standard error"]
        for found, true in constants(row, metrics)
    )


def constants(row, metrics):
    """Pairs of what was found and what is true."""
    from experiments.catalogue import find

    true = find(row.options.split()[0])().true_constants()
    return [(metrics["constants"][name], true[name]) for name in true]


def beside(results, peer):
    """The quickest of our results with an error not larger than the peer's; else the most accurate; None without results."""
    enough = [result for result in results if result.error <= peer.error]
    return (
        min(enough, key=lambda one: one.seconds)
        if enough
        else min(results, key=lambda one: one.error, default=None)
    )


def rival(peers, result):
    """The peer that is the first to be as accurate as our result, or else the most accurate; None without peers."""

    def order(peer):
        seconds, error = peer.until(result.error)
        return (seconds if error <= result.error else math.inf), error

    return min(peers, key=order, default=None)


# Printing


def lines(rows, results, peers, published):
    """Print all about one problem: its goals beside the best peer measured here, then every peer."""
    for row, result in zip(rows, results, strict=True):
        if result:
            our = f"{spread(result.errors, '.1e')} in {spread(result.times, '.1f')} s, "
            our += f"{statistics.median(result.compiling):.1f} s of it compiling, {max(result.memory):.1f} GB"
            line(
                row.problem,
                result.goal,
                our,
                *compared(result, rival(peers, result)),
                result.classical,
            )
        else:
            line(row.problem, f"{goal_of(row)}: no figures", *["-"] * 5)
    for one in [*peers, *published]:
        result = beside([result for result in results if result], one)
        line(
            rows[0].problem,
            "-",
            figure(result.error, result.seconds) if result else "-",
            *compared(result, one),
            "-",
        )


def compared(result, peer):
    """Three cells: the peer until it is as accurate as ours, and the ratios of its error and its seconds to ours."""
    if not peer:
        return "-", "-", "-"
    seconds, error = peer.until(result.error if result else 0)
    ratios = (ratio(error, result.error), ratio(seconds, result.seconds)) if result else ("-", "-")
    return f"{peer.name}{peer.remark}: {figure(error, seconds)}", *ratios


def goal_of(row):
    if math.isinf(row.error):
        return "none"
    return f"{row.error:.0e}" + (f" in {row.seconds:g} s" if math.isfinite(row.seconds) else "")


def figure(error, seconds):
    return f"{error:.1e}" + (f" in {seconds:.4g} s" if math.isfinite(seconds) else "")


def spread(values, form):
    """The median, and the smallest and largest where there are several."""
    ends = f" ({min(values):{form}} to {max(values):{form}})" if len(values) > 1 else ""
    return f"{statistics.median(values):{form}}{ends}"


def ratio(their, our):
    return f"{their / our:.3g}" if our and math.isfinite(their) and math.isfinite(our) else "-"


def line(*cells):
    print(f"| {' | '.join(cells)} |", flush=True)

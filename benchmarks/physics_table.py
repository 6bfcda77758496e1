"""Table of `benchmarks/physics.py`: medians, goals that are met or missed, and ratios."""

import math
import statistics
from typing import NamedTuple

HEADER = (
    "problem",
    "goal",
    "this project",
    "peer",
    "ratio of errors",
    "ratio of times",
    "classical solver",
)


class Row(NamedTuple):
    """A problem, the options of `train.py` for it, and the goal.

    Args:
        problem: name of the problem in the table and in `peers/settings.py`.
        options: experiment and its options, including the seconds of training.
        error: maximum error that meets the goal; infinite for no goal.
        seconds: maximum wall time that meets the goal.
        of: quantity whose error is shown: the "solution", the "constants" of an inverse problem, or
            "constants and intervals" if the true constants also have to lie in the 95 % intervals.
        unknowns: unknowns whose error counts; all if empty.
        seeds: maximum number of seeds, for rows that take long.
    """

    problem: str
    options: str
    error: float = math.inf
    seconds: float = math.inf
    of: str = "solution"
    unknowns: tuple = ()
    seeds: float = math.inf


class Result(NamedTuple):
    """Figures of all seeds.

    Args:
        row: the `Row`.
        errors: errors; infinite for a failed seed.
        times: wall times in seconds; infinite for a failed seed.
        metrics: content of metrics.json, without failed seeds.
        memory: peak memory in GB, without failed seeds.
        compiling: compile times in seconds, without failed seeds.
    """

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
        """Goal, and whether the medians meet it."""
        met = self.error <= self.row.error and self.seconds <= self.row.seconds
        words = goal_of(self.row)
        if self.row.of == "constants and intervals":
            inside = [in_intervals(self.row, metrics) for metrics in self.metrics]
            met = met and statistics.median_low(inside)  # for most seeds
            words += f", in the 95 % interval ({sum(inside)} of {len(self.errors)} seeds)"
        return words if math.isinf(self.row.error) else f"{words}: {'met' if met else 'missed'}"

    @property
    def classical(self):
        """Name, error and seconds of the classical solver."""
        metrics = self.metrics[0]
        scores = metrics["splits"]["test"]["scores"]
        solvers = [name for name in scores if name != "network"]
        if not solvers:
            return "-"
        name = min(solvers, key=lambda name: worst(self.row, scores[name]))
        error, seconds = worst(self.row, scores[name]), metrics["solvers"][name]["seconds"]
        return f"{name}: {figure(error, seconds)}"


class Peer(NamedTuple):
    """A peer and its curves.

    Args:
        name: name of the peer.
        curves: for each seed a list of pairs of seconds (infinite if unknown) and error.
        remark: text after the name.
    """

    name: str
    curves: list
    remark: str = ""

    @property
    def error(self):
        """Error at the end."""
        return statistics.median(curve[-1][1] for curve in self.curves)

    def until(self, error):
        """Return median seconds and error where the curves reach an error, or at their end."""
        points = [
            next((point for point in curve if point[1] <= error), curve[-1])
            for curve in self.curves
        ]
        return tuple(statistics.median(values) for values in zip(*points, strict=True))


def result_of(row, found):
    """Return the `Result` of the figures of all seeds; None stands for a failed seed."""
    errors = [error_of(row, figures["metrics"]) if figures else math.inf for figures in found]
    times = [figures["seconds"] if figures else math.inf for figures in found]
    kept = (
        [figures[name] for figures in found if figures]
        for name in ("metrics", "memory", "compile_seconds")
    )
    return Result(row, errors, times, *kept)


def error_of(row, metrics):
    """Return the relative error of the worst unknown or constant; infinite without a truth."""
    if row.of == "solution":
        error = worst(row, metrics["splits"]["test"]["scores"]["network"])
    else:
        error = max(abs(found["value"] / true - 1) for found, true in constants(row, metrics))
    return error if math.isfinite(error) else math.inf


def worst(row, errors):
    return max(
        (errors[name]["relative_l2_error"] for name in row.unknowns or errors), default=math.inf
    )


def in_intervals(row, metrics):
    """Whether every constant lies within 1.96 standard errors of its true value."""
    return all(
        abs(found["value"] - true) <= 1.96 * found["standard_error"]
        for found, true in constants(row, metrics)
    )


def constants(row, metrics):
    """Return pairs of an estimated constant and its true value."""
    from tasks.catalogue import find_experiment

    true = find_experiment(row.options.split()[0])().true_constants()
    return [(metrics["constants"][name], true[name]) for name in true]


def beside(results, peer):
    """Return the result to show beside a peer; None without results.

    It is the fastest one whose error is not larger than the peer's, or else the most accurate one.
    """
    enough = [result for result in results if result.error <= peer.error]
    return (
        min(enough, key=lambda one: one.seconds)
        if enough
        else min(results, key=lambda one: one.error, default=None)
    )


def rival(peers, result):
    """Return the peer to show beside a result; None without peers.

    It is the first one to be as accurate as the result, or else the most accurate one.
    """

    def order(peer):
        seconds, error = peer.until(result.error)
        return (seconds if error <= result.error else math.inf), error

    return min(peers, key=order, default=None)


# Printing


def lines(rows, results, peers, published):
    """Print the lines of one problem: each goal beside the best peer, then every peer."""
    for row, result in zip(rows, results, strict=True):
        if result:
            our = f"{spread(result.errors, '.1e')} in {spread(result.times, '.1f')} s, "
            compiling = statistics.median(result.compiling)
            our += f"{compiling:.1f} s of it compiling, {max(result.memory):.1f} GB"
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
    """Return three cells: the peer where it is as accurate as the result, and two ratios."""
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
    """Format the median, and the minimum and maximum of several values."""
    ends = f" ({min(values):{form}} to {max(values):{form}})" if len(values) > 1 else ""
    return f"{statistics.median(values):{form}}{ends}"


def ratio(their, our):
    return f"{their / our:.3g}" if our and math.isfinite(their) and math.isfinite(our) else "-"


def line(*cells):
    print(f"| {' | '.join(cells)} |", flush=True)

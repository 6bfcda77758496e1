"""Classical solvers of a differential equation, beside the network."""

import time

from equations.classical.solver import Classical
from errors import UserError
from evaluation.baselines import Baseline


def run_solvers(solvers):
    """Solve by each method: `{name: Baseline}`; a method that finds no solution is reported.

    Args:
        solvers: `{name: function}`; each returns a solution, a function of `{coordinate: (n,)}`,
            or a `Classical`, which has tried several resolutions and names its method.
    """
    baselines = {}
    for name, solve in solvers.items():
        start = time.perf_counter()
        try:
            solution = solve()
        except UserError as error:
            print(f"note: {name}: {error}")
            continue
        if isinstance(solution, Classical):
            endpoints = {"serve": solution.solution}
            baselines[solution.method] = Baseline(endpoints, solution.seconds, solution.error)
        else:
            baselines[name] = Baseline({"serve": solution}, time.perf_counter() - start)
    return baselines

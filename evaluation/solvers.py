"""Classical solvers of a differential equation, beside the network."""

from errors import UserError
from evaluation.baselines import Baseline


def run_solvers(solvers):
    """Solve by each method: `{name: Baseline}`; a method that finds no solution is reported.

    Args:
        solvers: `{name: function}`; each, called, returns an `equations.classical.solver.Classical`
            of the finest resolution that it tried.
    """
    baselines = {}
    for name, solve in solvers.items():
        try:
            solution = solve()
        except UserError as error:
            print(f"note: {name}: {error}")
            continue
        endpoints = {"serve": solution.solution}
        baselines[solution.method] = Baseline(endpoints, solution.seconds, solution.error)
    return baselines

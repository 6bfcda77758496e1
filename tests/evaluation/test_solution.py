"""What a solution of an equation is compared with."""

from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.baselines import Baseline
from evaluation.solution import Comparison
from tests.equations.lecture_problems import ODES


def solve(points):
    return {"y": np.exp(-points["t"])}


def solve_roughly(points):
    return {"y": 1 / (1 + points["t"])}


@pytest.mark.parametrize("truth", [None, solve])
def test_a_solver_is_not_compared_with_itself(truth):
    experiment = SimpleNamespace(truth=lambda problem: truth)
    run = SimpleNamespace(predict=solve_roughly, history=None, read_table=lambda name: None)
    data = SimpleNamespace(problem=ODES["decay"].problem(), reference=None)
    baselines = {
        "Runge-Kutta": Baseline({"serve": solve}, 1.0, 1e-9),
        "Euler": Baseline({"serve": solve_roughly}, 1.0, 1e-2),
    }
    comparison = Comparison(experiment, run, data, baselines)
    assert comparison.reference == ("the reference solution" if truth else "Runge-Kutta")
    assert set(comparison.curves) == {"network", "reference", "Euler"}

"""Problems with one solution, and problems with many."""

import numpy as np
import pytest

from equations.classical.determined import is_determined
from equations.equation import Equation

INTERVAL = {"x": (0, 1)}
SQUARE = {"x": (0, 1), "y": (0, 1)}
SIDES = [f"u({place}) = 0" for place in ("0, y", "1, y", "x, 0", "x, 1")]
ENDS = ["u(0) = 0", "u(1) = 0"]


def zero(points):
    return {"u": np.zeros_like(points["x"])}


@pytest.mark.parametrize(
    "residual, domain, conditions, expected",
    [
        ("u'' = -9*u + 1", INTERVAL, ENDS, True),
        ("u'' = -pi^2*u", INTERVAL, ENDS, False),
        ("u'' = -4*pi^2*u", INTERVAL, ENDS, False),
        ("u'' = -1e3*u", INTERVAL, ENDS, True),
        ("u'' = 1", INTERVAL, ["u'(0) = 0", "u'(1) = 1"], False),
        ("u' = 20*u", INTERVAL, ["u(0) = 1"], True),
        ("0.01*u'' + u' = 1", INTERVAL, ENDS, True),
        ("u'''' = 1", INTERVAL, [*ENDS, "u'(0) = 0", "u'(1) = 0"], True),
        ("u_xx + u_yy = 1", SQUARE, SIDES, True),
        ("u_xx + u_yy = -2*pi^2*u", SQUARE, SIDES, False),
    ],
)
def test_the_rank_says_whether_a_solution_is_determined(residual, domain, conditions, expected):
    problem = Equation([residual], domain, conditions).problem()
    assert is_determined(problem, zero) is expected


def test_too_few_conditions_are_left_to_the_warning_about_their_number():
    problem = Equation(["u'' = 1"], INTERVAL, ["u(0) = 0"]).problem()
    assert is_determined(problem, zero) is True and problem.warnings


def test_a_nonlinear_problem_is_linearised_at_its_solution():
    problem = Equation(["u'' = -exp(u)"], INTERVAL, ENDS).problem()
    # The two solutions of Bratu's problem meet at the constant 3.513...; both are determined here.
    theta = 1.5171645990507543
    x = np.linspace(0, 1, 5)

    def solution(points):
        inner = np.cosh((points["x"] - 0.5) * theta / 2) / np.cosh(theta / 4)
        return {"u": -2 * np.log(inner)}

    assert np.isfinite(solution({"x": x})["u"]).all() and is_determined(problem, solution)

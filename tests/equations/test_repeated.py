"""An equation in several runs."""

import numpy as np
import pytest

from equations.equation import Equation
from equations.repeated import repeat_equation, repeat_table, strip_run
from errors import UserError


def test_every_run_has_functions_of_its_own_and_shares_the_constants():
    plain = Equation(
        ["u'' = -k*u - c*u' + v", "v' = -v + sin(t)"], {"t": (0, 1)}, ["u(0) = 1"],
        unknown={"k": 1.0, "c": 0.1},
    )  # fmt: skip
    repeated = repeat_equation(plain, 2)
    assert repeated.residuals == [
        *("u_1'' = -k*u_1 - c*u_1' + v_1", "v_1' = -v_1 + sin(t)"),
        *("u_2'' = -k*u_2 - c*u_2' + v_2", "v_2' = -v_2 + sin(t)"),
    ]
    assert repeated.conditions == ["u_1(0) = 1", "u_2(0) = 1"]
    problem = repeated.problem()
    assert problem.unknowns == ("u_1", "v_1", "u_2", "v_2") and set(problem.constants) == {"k", "c"}
    assert strip_run(problem.unknowns) == ("u", "v")


def test_derivatives_keep_their_subscripts():
    plain = Equation("u_t = k*u_xx", {"x": (0, 1), "t": (0, 1)}, ["u_x(0, t) = 0"], {"k": 2})
    repeated = repeat_equation(plain, 1)
    assert repeated.residuals == ["u_1_t = k*u_1_xx"]
    assert repeated.conditions == ["u_1_x(0, t) = 0"]
    assert repeated.problem().unknowns == ("u_1",)


def test_a_measurement_belongs_to_its_run_alone():
    table = {"t": np.arange(3.0), "u": np.array([5.0, 6, 7]), "run": np.array(["b", "a", "b"], "O")}
    repeated = repeat_table(table, ("t",), "run")
    assert list(repeated) == ["t", "u_1", "u_2"]
    np.testing.assert_array_equal(repeated["u_1"], [np.nan, 6, np.nan])
    np.testing.assert_array_equal(repeated["u_2"], [5, np.nan, 7])


def test_too_many_runs_are_refused():
    with pytest.raises(UserError, match="at most 20 runs. Received: 21"):
        repeat_equation(Equation("u' = u", {"t": (0, 1)}), 21)

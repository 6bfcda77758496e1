"""From a problem to its terms: which residuals are computed where, and with which weight."""

import numpy as np
import pytest
import sympy

from equations.collocation import Measurements
from equations.equation import Equation
from equations.terms import (
    build_conditions,
    build_interior,
    build_measurements,
    find_time,
)
from tests.equations.lecture_problems import (
    ALLEN_CAHN,
    BURGERS,
    NAVIER_STOKES_CAVITY,
    POISSON,
    SCHROEDINGER,
    WAVE,
)

ROBIN = Equation(
    ["u_t - u_xx + c*u"],
    {"x": (0, 2), "t": (1, 3)},
    [
        "u(x, 1) = x",
        "u_x(0, t) = 0",
        "u_x(2, t) + 2*u(2, t) = c",
        "u(0, t) = t",
        "u(1, 2) = 0",
        "u_xx(0, t) = u_xx(2, t)",
    ],
    unknown={"c": 1.0},
)


@pytest.mark.parametrize(
    ("equation", "place"),
    [
        (BURGERS, 1),
        (WAVE, 1),
        (SCHROEDINGER, 1),
        (ALLEN_CAHN, 1),
        (POISSON, None),
        (NAVIER_STOKES_CAVITY, None),
        (ROBIN, None),
    ],
    ids=lambda case: str(case)[:30],
)
def test_time_is_the_coordinate_with_conditions_at_its_start_alone(equation, place):
    assert find_time(equation.problem()) == place


def test_the_interior_has_all_equations_at_the_same_points():
    problem = SCHROEDINGER.problem()
    term, region = build_interior(problem, 30)
    assert term.names == problem.residual_texts and term.expressions == problem.residuals
    names = {symbol.name for symbol, *_ in term.values}
    assert names == {"u", "v", "u_t", "v_t", "u_xx", "v_xx"}
    by_name = {
        symbol.name: (unknown, orders, place) for symbol, unknown, orders, place in term.values
    }
    assert by_name["v_xx"] == (1, (2, 0), 0) and by_name["u_t"] == (0, (0, 1), 0)
    assert (
        term.num_locations == 1
        and not term.measured
        and term.weights == (1.0,)
        and term.factor == problem.weight == 1
    )
    (x,), _ = region.draw(0)
    assert x.shape == (30, 2) and (x >= problem.low).all() and (x <= problem.high).all()
    (early,), _ = region.draw(0, horizon=0.1)
    assert early[:, 1].max() <= 0.1 * problem.high[1]


def test_conditions_at_the_same_place_are_one_term():
    problem = ROBIN.problem()
    pairs = build_conditions(problem, problem.conditions, 20, 7.0)
    texts = [term.names for term, _ in pairs]
    assert texts == [
        ("u(x, 1) = x",),
        ("u_x(0, t) = 0", "u(0, t) = t"),
        ("u_x(2, t) + 2*u(2, t) = c",),
        ("u(1, 2) = 0",),
        ("u_xx(0, t) = u_xx(2, t)",),
    ]
    for term, region in pairs:
        assert term.weights == (7.0,) * len(term.names)
        places, _ = region.draw(0)
        assert len(places) == term.num_locations
        for x in places:
            assert (x >= problem.low).all() and (x <= problem.high).all()
            assert len(x) == (1 if term.names == ("u(1, 2) = 0",) else 20)
    fixed = [[dict(place) for place in region.fixed] for _, region in pairs]
    assert fixed == [[{1: 1.0}], [{0: 0.0}], [{0: 2.0}], [{0: 1.0, 1: 2.0}], [{0: 0.0}, {0: 2.0}]]


def test_the_values_of_a_condition_are_looked_up_at_their_place():
    problem = ROBIN.problem()
    pairs = build_conditions(problem, problem.conditions, 20, 7.0)
    robin, periodic = pairs[2][0], pairs[-1][0]
    assert {(symbol.name, orders, place) for symbol, _, orders, place in robin.values} == {
        ("u(2, t)", (0, 0), 0),
        ("u_x(2, t)", (1, 0), 0),
    }
    assert {(orders, place) for _, _, orders, place in periodic.values} == {
        ((2, 0), 0),
        ((2, 0), 1),
    }
    symbols = {symbol for symbol, *_ in robin.values}
    c, t = sympy.symbols("c t", real=True)
    assert (
        robin.expressions[0].free_symbols == symbols | {c}
        and t not in robin.expressions[0].free_symbols
    )


def test_what_is_measured_is_compared_with_the_unknowns():
    problem = SCHROEDINGER.problem()
    table = {
        "t": np.array([0.1, 0.2, 0.3]),
        "v": np.array([1.0, 2.0, 3.0]),
        "x": np.array([-1.0, 0.0, 1.0]),
    }
    term, region = build_measurements(problem, table, 2.5)
    assert isinstance(region, Measurements)
    assert (
        term.names == ("v measured",)
        and term.measured == ("v measured",)
        and term.weights == (2.5,)
    )
    ((_, unknown, orders, place),) = term.values
    assert (unknown, orders, place) == (1, (0, 0), 0)
    v, measured = (sympy.Symbol(name, real=True) for name in ("v", "v measured"))
    assert term.expressions == (v - measured,)
    (x,), values = region.draw(0)
    np.testing.assert_array_equal(
        x, [[-1.0, 0.1], [0.0, 0.2], [1.0, 0.3]]
    )  # coordinates in the order of the domain
    np.testing.assert_array_equal(values, [[1.0], [2.0], [3.0]])


def test_two_unknowns_may_be_measured():
    table = {
        "x": np.zeros(2),
        "t": np.ones(2),
        "v": np.array([1.0, 2.0]),
        "u": np.array([3.0, 4.0]),
    }
    term, region = build_measurements(SCHROEDINGER.problem(), table, 1.0)
    assert term.names == ("u measured", "v measured") and term.weights == (1.0, 1.0)
    np.testing.assert_array_equal(region.draw(0)[1], [[3.0, 1.0], [4.0, 2.0]])

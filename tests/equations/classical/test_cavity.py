import numpy as np
import pytest

from equations.classical.cavity import Cavity
from equations.classical.chebyshev import (
    build_differentiation_matrix,
    compute_nodes,
    evaluate,
    fit_coefficients,
)
from equations.classical.lid_corner import (
    compute_corner_flow,
    compute_lid_flow,
    solve_second_term,
)
from errors import UserError
from symbolic import formula
from tests.equations.lecture_problems import NAVIER_STOKES_CAVITY

RANDOM = np.random.default_rng(0)


def test_polynomials_are_differentiated_and_evaluated_exactly():
    x = compute_nodes(12)
    np.testing.assert_allclose(build_differentiation_matrix(x) @ x**11, 11 * x**10, atol=1e-11)
    values = np.polynomial.polynomial.polyvander(x, 3)[:, 3][:, None] * (1 - x**5)
    a, b = RANDOM.uniform(size=(2, 9))
    np.testing.assert_allclose(
        evaluate(fit_coefficients(values, x), a, b), a**3 * (1 - b**5), atol=1e-13
    )
    grid = evaluate(fit_coefficients(values, x), a[:, None], b)
    np.testing.assert_allclose(grid, a[:, None] ** 3 * (1 - b**5), atol=1e-13)


@pytest.mark.parametrize(
    "flow",
    [
        lambda x, y: compute_corner_flow(x, y, 1.0, 30.0),
        lambda x, y: compute_corner_flow(x, y, -1.0, 30.0),
        lambda x, y: compute_lid_flow(x, y, 30.0),
    ],
    ids=["left", "right", "both"],
)
def test_corner_flows_solve_their_equations(flow):
    """Zero divergence; pressure and friction balance the convective term of the first order.

    Derivatives are finite differences.
    """
    (x, y), h = RANDOM.uniform(0.15, 0.85, (2, 50)), 1e-3

    def differentiate(function):  # in x and y
        by_x = (np.array(function(x + h, y)) - function(x - h, y)) / (2 * h)
        return by_x, (np.array(function(x, y + h)) - function(x, y - h)) / (2 * h)

    velocity, gradients, _, convective = flow(x, y)
    np.testing.assert_allclose(
        np.stack(differentiate(lambda x, y: flow(x, y)[0]), axis=1), gradients, atol=1e-3
    )
    np.testing.assert_allclose(gradients[0][0] + gradients[1][1], 0, atol=1e-11)
    second_x, _ = differentiate(lambda x, y: np.array(flow(x, y)[1])[:, 0])
    _, second_y = differentiate(lambda x, y: np.array(flow(x, y)[1])[:, 1])
    pressure = np.array(differentiate(lambda x, y: flow(x, y)[2]))
    np.testing.assert_allclose(
        np.array(convective) + pressure, (second_x + second_y) / 30, atol=1e-4
    )


def test_corner_flow_at_lid_and_wall():
    zero, x = np.zeros(20), np.linspace(0, 1, 20)
    for lid in (1.0, -1.0):
        np.testing.assert_allclose(
            compute_corner_flow(x, zero, lid, 100.0)[0], [zero + lid, zero], atol=1e-9
        )
        np.testing.assert_allclose(
            compute_corner_flow(zero[1:], x[1:], lid, 100.0)[0], [zero[1:], zero[1:]], atol=1e-9
        )


def test_second_term_needs_no_higher_degree():
    (f, factor), (finer, finer_factor) = solve_second_term(20), solve_second_term(26)
    angle = np.linspace(0, np.pi / 2, 50)
    np.testing.assert_allclose(f.deriv(2)(angle), finer.deriv(2)(angle), atol=1e-10)
    assert abs(factor - finer_factor) < 1e-10


def test_slow_flow_is_symmetric():
    flow = Cavity(points=17, reynolds=1e-6)
    x, y = RANDOM.uniform(0, 1, (2, 100))
    (u, v, _), (mirrored_u, mirrored_v, _) = flow(x, y), flow(1 - x, y)
    np.testing.assert_allclose(u, mirrored_u, atol=1e-7)
    np.testing.assert_allclose(v, -mirrored_v, atol=1e-7)


def test_walls_and_lid():
    flow, ends, along = Cavity(points=17), np.zeros(50), np.linspace(0, 0.999, 50)
    for x, y, u in ((ends, along, 0), (ends + 1, along, 0), (along, ends, 0), (along, ends + 1, 1)):
        np.testing.assert_allclose(flow(x, y)[0], u, atol=2e-3)  # the error between the nodes
        np.testing.assert_allclose(flow(x, y)[1], 0, atol=2e-3)


def test_more_points_reduce_the_error():
    x, y = RANDOM.uniform(0.05, 0.95, (2, 500))
    fine = np.array(Cavity(points=33)(x, y))[:2]
    errors = [np.abs(np.array(Cavity(points)(x, y))[:2] - fine).max() for points in (11, 16, 23)]
    assert errors[0] > 2 * errors[1] > 4 * errors[2] and errors[2] < 1e-3


def test_too_few_points_for_the_reynolds_number():
    with pytest.raises(UserError, match="Reynolds number of 50000"):
        Cavity(points=11, reynolds=5e4)


def test_the_known_part_of_the_built_in_equation():
    x, y = np.random.default_rng(0).uniform(size=(2, 100))
    (u, v), _, p, _ = compute_lid_flow(x, y, 1e-9)  # without inertia, the first term alone
    known = {
        name: formula.compile_function(part, ("x", "y"))
        for name, part in NAVIER_STOKES_CAVITY.problem().known_part.items()
    }
    np.testing.assert_allclose(known["u"](x, y), u, atol=1e-8)
    np.testing.assert_allclose(known["v"](x, y), v, atol=1e-8)
    np.testing.assert_allclose(known["p"](x, y), p * 1e-9 / 100, rtol=1e-6, atol=1e-8)

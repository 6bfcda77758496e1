"""Residuals against formulas written by hand, their Jacobian against differences and tapes."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from equations import terms
from equations.equation import Equation
from equations.exported_residual import exported_residual
from equations.system import System
from equations.trial import build_trial_solution
from equations.trial_solution import TrialSolution
from errors import UserError
from models.pinn import pinn
from models.tape import tape_derivative
from symbolic.calculus import differentiate
from symbolic.printing import format_text
from tests.models.test_taylor import gated_network

# Two unknowns of unequal order, hard, Robin and periodic conditions, and constants to be found,
# one of them in a condition.
COUPLED = Equation(
    residuals=["u_tt + a*u*v_x - b*u_xx", "v_t - v_xxx*u + a^2"],
    domain={"x": (-1, 1), "t": (0, 2)},
    conditions=[
        *("u(x, 0) = sin(pi*x)", "u_x(1, t) + 2*u(1, t) = a*t", "v_x(1, t) = 3"),
        *("v(1, t) = v(-1, t)", "v_x(-1, t) = v_x(1, t)", "v(0.25, 1.5) = 1/2"),
    ],
    unknown={"a": 0.7, "b": -1.3},
)
BEAM = Equation(
    ["y'''' - y^2*y' + x"], {"x": (0, 2)}, ["y(0) = 1", "y'(0) = 0", "y(2) = 0", "y'(2) = 1"]
)
FLOW = Equation(  # four coordinates
    ["u_t + u*u_xy - u_zz*u_xxyy + x*z", "p_xz + p*u"],
    {"x": (0, 1), "y": (-1, 1), "z": (0, 3), "t": (0, 1)},
    ["u(x, y, z, 0) = x*y*z", "p(0, y, z, t) = 1"],
)
WAVES = Equation(
    ["u_tt - 4*u_xx + sin(u)"], {"x": (0, 1), "t": (0, 1)}, ["u(0, t) = u(1, t)", "u(x, 0) = 0.1"]
)
LINEAR = Equation(["u_x - u_xxx + 2"], {"x": (0, 1)}, ["u(0) = 1"])
CASES = {
    "coupled": (COUPLED, {"hidden": (5, 4)}),
    "beam": (BEAM, {"hidden": (4, 3), "activation": "sin"}),
    "four coordinates": (FLOW, {"hidden": (5,), "activation": "silu"}),
    "periodic features": (WAVES, {"hidden": (5,), "harmonics": 2}),
    "Fourier features": (WAVES, {"hidden": (4,), "fourier_features": 3, "choice": "soft"}),
    "no hidden layer": (LINEAR, {"hidden": ()}),
    "a known part with a kink": (
        replace(WAVES, known_part={"u": "abs(x - t)*t + erf(x)"}),
        {"hidden": (5,)},
    ),
}


class Case:
    """A system as the experiments build it, with measurements if constants are to be found."""

    def __init__(self, equation, hidden, choice="auto", dtype="float64", points=7, **options):
        self.problem = problem = equation.problem()
        self.trial = build_trial_solution(problem, choice)
        keras.utils.set_random_seed(0)
        self.formulas = [
            [part[name] for name in problem.unknowns]
            for part in (self.trial.offset, self.trial.factor)
        ]
        texts = [list(map(format_text, part)) for part in self.formulas]
        periodic = [problem.coordinates.index(name) for name in self.trial.periodic]
        layer = TrialSolution(problem.coordinates, *texts, dtype=dtype)
        self.model = pinn(
            problem.low,
            problem.high,
            len(problem.unknowns),
            hidden,
            periodic=periodic,
            trial=layer,
            dtype=dtype,
            **options,
        )
        pairs = [
            terms.build_interior(problem, points),
            *terms.build_conditions(problem, self.trial.soft, points - 2, 100.0),
        ]
        if problem.constants:
            pairs.append(terms.build_measurements(problem, self.make_measurements(), 5.0))
        self.terms = [term for term, _ in pairs]
        self.points = [region.draw([0, place]) for place, (_, region) in enumerate(pairs)]
        self.system = System(self.model, problem.coordinates, self.terms, problem.constants)
        self.batch = self.system.prepare(self.points)
        random = np.random.default_rng(1)
        self.weights = (
            self.system.get_weights() + 0.1 * random.standard_normal(self.system.size)
        ).astype(dtype)
        self.system.set_weights(self.weights)

    def make_measurements(self):
        random = np.random.default_rng(2)
        ends = zip(self.problem.coordinates, self.problem.low, self.problem.high, strict=True)
        return {name: random.uniform(low, high, 4) for name, low, high in ends} | {
            "v": random.standard_normal(4)
        }


@pytest.fixture(scope="module", params=CASES)
def case(request):
    equation, options = CASES[request.param]
    return Case(equation, **options)


def derivative(case, points, unknown, **orders):
    """Of the model, by nested tapes: `derivative(case, points, "u", x=2)`."""
    index = tuple(orders.get(name, 0) for name in case.problem.coordinates)
    columns = [tf.constant(column) for column in points.T]
    return tape_derivative(case.model, columns, index, case.problem.unknowns.index(unknown)).numpy()


def test_rows_are_the_residuals_written_by_hand():
    case = Case(COUPLED, (5, 4))
    a, b = case.weights[-2:]

    def d(points, unknown, **orders):
        return derivative(case, points, unknown, **orders)

    def scaled(rows, weight):
        return rows * np.sqrt(weight / len(rows))

    def on_face(expressions, weight=100.0):
        """Rows of the term whose expressions have these texts."""
        number = next(
            number for number, term in enumerate(case.terms) if set(term.names) == set(expressions)
        )
        places = case.points[number][0]
        return [scaled(expressions[name](*places), weight) for name in case.terms[number].names]

    (inside,), _ = case.points[0]
    (measured,), values = case.points[-1]
    conditions = case.trial.soft
    assert [condition.text for condition in case.trial.hard] == ["u(x, 0) = sin(pi*x)"]
    expected = {
        case.terms[0].names: [
            scaled(
                d(inside, "u", t=2)
                + a * d(inside, "u") * d(inside, "v", x=1)
                - b * d(inside, "u", x=2),
                1,
            ),
            scaled(d(inside, "v", t=1) - d(inside, "v", x=3) * d(inside, "u") + a**2, 1),
        ],
        ("v measured",): [scaled(d(measured, "v") - values[:, 0], 5)],
    }
    by_hand = {
        conditions[0].text: lambda at: d(at, "u", x=1) + 2 * d(at, "u") - a * at[:, 1],
        conditions[1].text: lambda at: d(at, "v", x=1) - 3,
        conditions[2].text: lambda one, other: (
            (d(one, "v") - d(other, "v")) * (1 if one[0, 0] == 1 else -1)
        ),
        conditions[3].text: lambda one, other: (
            (d(one, "v", x=1) - d(other, "v", x=1)) * (1 if one[0, 0] == -1 else -1)
        ),
        conditions[4].text: lambda at: d(at, "v") - 0.5,
    }
    for term in case.terms[1:-1]:
        expected[term.names] = on_face({name: by_hand[name] for name in term.names})
    rows = np.concatenate([row for term in case.terms for row in expected[term.names]])
    assert len(rows) == 7 + 7 + 5 + 5 + 5 + 5 + 1 + 4
    np.testing.assert_allclose(
        case.system.residuals(case.weights, case.batch), rows, rtol=1e-11, atol=1e-12
    )


def test_conditions_at_the_same_places_share_their_points():
    case = Case(COUPLED, (5, 4))
    assert sorted(len(term.names) for term in case.terms) == [1, 1, 2, 2, 2]
    periodic = next(
        places
        for (places, _), term in zip(case.points, case.terms, strict=True)
        if term.num_locations == 2
    )
    assert {place[0, 0] for place in periodic} == {-1, 1}
    np.testing.assert_array_equal(periodic[0][:, 1], periodic[1][:, 1])


@pytest.mark.parametrize(
    "name", ["beam", "four coordinates", "periodic features", "Fourier features", "no hidden layer"]
)
def test_rows_agree_with_tapes(name):
    """As the exported residual computes them."""
    case = Case(CASES[name][0], **CASES[name][1])
    (inside,), _ = case.points[0]
    columns = dict(zip(case.problem.coordinates, map(tf.constant, inside.T), strict=True))
    answers = exported_residual(case.model, case.problem, case.system.read_constants())(columns)
    count = len(case.problem.residuals)
    names = ["residual"] if count == 1 else [f"residual_{number}" for number in range(1, count + 1)]
    expected = np.concatenate([answers[name] for name in names])
    scale = np.abs(expected).max()
    rows = case.system.residuals(case.weights, case.batch).numpy()[: len(expected)] * np.sqrt(
        len(inside)
    )
    np.testing.assert_allclose(rows, expected, rtol=1e-11, atol=1e-12 * scale)
    for symbol, unknown, orders, _ in case.terms[0].values:
        by_name = dict(zip(case.problem.coordinates, orders, strict=True))
        np.testing.assert_array_equal(
            answers[symbol.name],
            derivative(case, inside, case.problem.unknowns[unknown], **by_name),
        )


def test_the_jacobian_is_that_of_a_tape(case):
    rows, jacobian = case.system.jacobian(case.weights, case.batch)
    weights = tf.constant(case.weights)
    with tf.GradientTape() as tape:
        tape.watch(weights)
        expected = case.system.compute_residuals(weights, case.batch)
    by_tape = tape.jacobian(expected, weights).numpy()
    assert by_tape.shape == (len(rows), case.system.size)
    np.testing.assert_allclose(rows, expected, rtol=1e-12, atol=1e-13 * np.abs(expected).max())
    np.testing.assert_allclose(jacobian, by_tape, rtol=1e-10, atol=1e-12 * np.abs(by_tape).max())


def test_the_jacobian_is_that_of_finite_differences(case):
    _, jacobian = case.system.jacobian(case.weights, case.batch)
    step, found = 1e-5, []
    for change in step * np.eye(case.system.size):
        after, before = (
            case.system.residuals(case.weights + sign * change, case.batch).numpy()
            for sign in (1, -1)
        )
        found.append((after - before) / (2 * step))
    np.testing.assert_allclose(
        jacobian, np.stack(found, axis=-1), rtol=1e-6, atol=1e-7 * np.abs(jacobian).max()
    )


def test_the_jacobian_of_a_gated_network_is_that_of_a_tape():
    problem = Equation(["u_t + u*v_x", "v_t - u_xx"], {"x": (0, 1), "t": (0, 1)}).problem()
    term, region = terms.build_interior(problem, 9)
    system = System(gated_network(), problem.coordinates, [term])
    weights, batch = tf.constant(system.get_weights()), system.prepare([region.draw(0)])
    with tf.GradientTape() as tape:
        tape.watch(weights)
        rows = system.compute_residuals(weights, batch)
    expected = tape.jacobian(rows, weights).numpy()
    found, jacobian = system.jacobian(weights, batch)
    np.testing.assert_allclose(found, rows, rtol=1e-12)
    np.testing.assert_allclose(jacobian, expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max())


def test_loss_and_gradient_are_those_of_rows_and_jacobian(case):
    rows, jacobian = (array.numpy() for array in case.system.jacobian(case.weights, case.batch))
    loss, gradient = case.system.loss_and_gradient(case.weights, case.batch)
    assert float(loss) == pytest.approx(rows @ rows, rel=1e-12)
    np.testing.assert_allclose(
        gradient, 2 * rows @ jacobian, rtol=1e-9, atol=1e-11 * np.abs(gradient).max()
    )


def test_the_losses_of_the_terms_add_up(case):
    rows = case.system.residuals(case.weights, case.batch).numpy()
    losses = case.system.term_losses(rows, case.batch)
    assert list(losses) == [name for term in case.terms for name in term.names]
    assert sum(losses.values()) == pytest.approx(rows @ rows, rel=1e-12)
    assert min(losses.values()) > 0
    first = rows[: len(case.points[0][0][0])]
    assert losses[case.terms[0].names[0]] == pytest.approx(first @ first, rel=1e-12)


def test_the_vector_of_weights_and_the_variables(case):
    system = case.system
    np.testing.assert_array_equal(system.get_weights(), case.weights)
    trained = sum(variable.shape.num_elements() for variable in case.model.trainable_variables)
    assert system.size == trained + len(case.problem.constants)
    x = np.random.default_rng(3).uniform(
        case.problem.low, case.problem.high, (4, len(case.problem.low))
    )
    before = case.model(x).numpy()
    system.set_weights(np.arange(system.size) / system.size)
    assert (case.model(x).numpy() != before).any()
    np.testing.assert_array_equal(system.get_weights(), np.arange(system.size) / system.size)
    first = next(layer for layer in case.model.layers if hasattr(layer, "kernel"))
    np.testing.assert_array_equal(
        first.kernel.numpy().ravel(), np.arange(first.kernel.shape.num_elements()) / system.size
    )
    if case.problem.constants:
        np.testing.assert_array_equal(system.constants, system.get_weights()[-2:])
    system.set_weights(case.weights)
    np.testing.assert_array_equal(case.model(x), before)


def test_new_points_need_no_new_compilation():
    case = Case(WAVES, (3,))
    values = []
    for seed in range(3):
        points = [region.draw(seed) for region in (terms.build_interior(case.problem, 7)[1],)]
        values.append(case.system.residuals(case.weights, case.system.prepare(points)).numpy())
    assert not np.array_equal(values[0], values[1])
    assert case.system.residuals.experimental_get_tracing_count() == 1


def test_derivatives_of_a_known_part_may_be_long():
    """Longer than those that are looked for in trial solutions."""
    known = "*".join(f"(exp(-{n}*x^2)*sin({n}*x) + tanh(x/{n}))/({n} + x^2)" for n in range(2, 5))
    case = Case(Equation(["y''''"], {"x": (0, 1)}, known_part={"y": known}), ())
    places = case.points[0][0][0]
    expected = derivative(case, places, "y", x=4) / np.sqrt(len(places))
    np.testing.assert_allclose(case.system.residuals(case.weights, case.batch), expected, rtol=1e-9)
    with pytest.raises(UserError, match="too long"):
        differentiate(case.formulas[0][0], "x", 4)


def test_float32_is_near_float64():
    fine, coarse = (Case(WAVES, (5,), dtype=dtype) for dtype in ("float64", "float32"))
    coarse.system.set_weights(fine.weights)
    weights = coarse.system.get_weights()
    assert weights.dtype == "float32"
    rows = coarse.system.residuals(weights, coarse.batch)
    loss, gradient = coarse.system.loss_and_gradient(weights, coarse.batch)
    assert {rows.dtype.name, loss.dtype.name, gradient.dtype.name} == {"float32"}
    expected = fine.system.residuals(fine.weights, fine.batch)
    np.testing.assert_allclose(rows, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


def test_the_factor_of_an_equation_multiplies_its_rows_alone():
    plain = Case(LINEAR, (3,))
    weighed = Case(replace(LINEAR, weight="x^2/(x^2 + 0.1)"), (3,))
    x = plain.points[0][0][0][:, 0]
    rows = plain.system.residuals(plain.weights, plain.batch).numpy()
    np.testing.assert_allclose(
        weighed.system.residuals(plain.weights, weighed.batch),
        rows * x**2 / (x**2 + 0.1),
        rtol=1e-12,
    )
    answers = [
        exported_residual(case.model, case.problem, case.system.read_constants())(
            {"x": tf.constant(x)}
        )["residual"]
        for case in (plain, weighed)
    ]
    np.testing.assert_array_equal(*answers)  # what is exported is the equation's own residual


@pytest.mark.parametrize("number", [2, 3])
def test_blocks_have_all_rows_of_the_whole(case, number, monkeypatch):
    """A point condition, with one point alone, is in the last block."""
    rows, jacobian = (array.numpy() for array in case.system.jacobian(case.weights, case.batch))
    monkeypatch.setattr("equations.jacobian.BLOCK", -(-jacobian.size // number))
    blocks = case.system.split_batch(case.batch)
    assert len(blocks) == number
    parts = [
        [array.numpy() for array in case.system.jacobian(case.weights, block)] for block in blocks
    ]
    assert sum(len(part) for part, _ in parts) == len(rows)
    np.testing.assert_allclose(
        sum(r @ j for r, j in parts),
        rows @ jacobian,
        rtol=1e-9,
        atol=1e-12 * np.abs(jacobian).max(),
    )
    found, expected = sum(j.T @ j for _, j in parts), jacobian.T @ jacobian
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max())
    losses = [
        case.system.term_losses(r, block) for (r, _), block in zip(parts, blocks, strict=True)
    ]
    for name, loss in case.system.term_losses(rows, case.batch).items():
        assert sum(part[name] for part in losses) == pytest.approx(loss, rel=1e-12)

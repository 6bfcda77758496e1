"""Networks for differential equations: their size, the conditions they fulfil, saving."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy
import tensorflow as tf

from equations.equation import Equation
from equations.trial import build_trial_solution
from equations.trial_solution import TrialSolution
from models.pinn import add_names, pinn
from models.tape import tape_derivative
from symbolic import formula

PROJECT = Path(__file__).parents[2]
LOW, HIGH = (-1.0, 0.0), (1.0, 2.0)


def shaken(model, seed=0):
    """The model with large random weights: nothing holds by their being small."""
    random = np.random.default_rng(seed)
    for variable in model.trainable_variables:
        variable.assign(2 * random.standard_normal(variable.shape))
    return model


@pytest.mark.parametrize(
    ("options", "parameters", "features"),
    [
        ({}, (2 * 20 + 20) + 2 * (20 * 20 + 20) + (20 * 3 + 3), 2),
        ({"hidden": ()}, 2 * 3 + 3, 2),
        # cos and sin of three multiples for x, and t
        ({"hidden": (4,), "periodic": (0,)}, (7 * 4 + 4) + (4 * 3 + 3), 7),
        ({"hidden": (4,), "periodic": (0, 1), "harmonics": 2}, (8 * 4 + 4) + (4 * 3 + 3), 8),
        # cos and sin of five frequencies, which are kept but not trained
        ({"hidden": (4,), "fourier_features": 5}, (10 * 4 + 4) + (4 * 3 + 3) + 2 * 5, 10),
        (
            {"hidden": (4,), "fourier_features": 5, "periodic": (1,), "harmonics": 1},
            (12 * 4 + 4) + (4 * 3 + 3) + 5,
            12,
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_shapes_parameters_and_dtype(options, parameters, features, dtype):
    model = pinn(LOW, HIGH, 3, dtype=dtype, **options)
    assert model.count_params() == parameters
    assert model.get_layer("features").output.shape == (None, features)
    answers = model(tf.constant(np.random.default_rng(0).uniform(LOW, HIGH, (9, 2)), dtype))
    assert answers.shape == (9, 3) and answers.dtype == dtype
    assert all(variable.dtype == dtype for variable in model.variables)
    assert len(model.non_trainable_variables) == bool(options.get("fourier_features"))


def test_coordinates_are_scaled_to_between_minus_one_and_one():
    features = pinn((0.0, 100.0), (5.0, 300.0), 1).get_layer("features")
    corners = np.array([[0.0, 100.0], [5.0, 300.0], [2.5, 250.0]])
    np.testing.assert_allclose(features(corners), [[-1, -1], [1, 1], [0, 0.5]], atol=1e-15)


def test_harmonics_are_sines_and_cosines_that_fall_off():
    features = pinn((-1.0,), (3.0,), 1, periodic=(0,), harmonics=3).get_layer("features")
    x = np.linspace(-1, 3, 9)[:, None]
    angles = 2 * np.pi * np.arange(1, 4) * (x - 1) / 4
    expected = np.concatenate([np.cos(angles), np.sin(angles)], axis=1) * np.tile(
        np.arange(1, 4) ** -1.5, 2
    )
    np.testing.assert_allclose(features(x), expected, atol=1e-14)


def test_a_periodic_network_is_periodic_with_its_derivatives():
    model = shaken(pinn(LOW, HIGH, 2, (10, 10), periodic=(0,)))
    t = tf.constant(np.linspace(0, 2, 7))
    for x in (-1.0, -0.37):  # anywhere, not only at the ends
        for index in [(0, 0), (1, 0), (2, 0), (3, 0), (1, 1)]:
            for unknown in range(2):
                columns = [tf.fill([7], tf.constant(x + shift, "float64")) for shift in (0.0, 2.0)]
                one, other = (tape_derivative(model, [c, t], index, unknown) for c in columns)
                scale = np.abs(one).max()
                assert scale > 0.01 and np.ptp(one.numpy()) > 0.01
                np.testing.assert_allclose(one, other, atol=1e-12 * scale)


HARD = {
    "initial and boundary values": Equation(
        ["u_t - u_xx"],
        {"x": (-1, 1), "t": (0, 2)},
        ["u(x, 0) = -sin(pi*x)", "u(-1, t) = t", "u(1, t) = -t^2"],
    ),
    "a velocity": Equation(
        ["u_tt - u_xx"],
        {"x": (0, 1), "t": (0, 2)},
        ["u(x, 0) = sin(pi*x)", "u_t(x, 0) = x*(1 - x)", "u(0, t) = 0", "u(1, t) = 0"],
    ),
    "a slope": Equation(["y'' + y"], {"x": (0, 3)}, ["y(0) = 2", "y'(0) = -1/3"]),
    "all sides": Equation(
        ["u_xx + u_yy"],
        {"x": (0, 1), "y": (0, 2)},
        ["u(0, y) = y^2", "u(1, y) = y^2 + cos(y)", "u(x, 0) = x", "u(x, 2) = 4 + x*cos(2)"],
    ),
    "a system": Equation(
        ["u_t - v_xx", "v_t + u_xx"],
        {"x": (0, 1), "t": (0, 1)},
        [
            "u(x, 0) = sin(pi*x)",
            "v(x, 0) = 1",
            "u(0, t) = 0",
            "u(1, t) = 0",
            "v(0, t) = exp(t)",
            "v(1, t) = 1 + t^3",
        ],
    ),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_conditions_hold_for_random_weights(name):
    problem = HARD[name].problem()
    built_in = build_trial_solution(problem, "hard")
    texts = (
        [str(part[unknown]) for unknown in problem.unknowns]
        for part in (built_in.offset, built_in.factor)
    )
    formulas = TrialSolution(problem.coordinates, *texts, dtype="float64")
    model = pinn(problem.low, problem.high, len(problem.unknowns), (8, 8), trial=formulas)
    free = shaken(model)(
        np.random.default_rng(1).uniform(problem.low, problem.high, (50, len(problem.low)))
    )
    assert np.abs(free).max() > 1  # the network moves the solution elsewhere
    assert len(built_in.hard) == len(problem.conditions)
    for condition in built_in.hard:
        (value,) = condition.values
        places = np.random.default_rng(2).uniform(problem.low, problem.high, (20, len(problem.low)))
        for coordinate, number in value.place.items():
            places[:, problem.coordinates.index(coordinate)] = number
        columns = [tf.constant(column) for column in places.T]
        unknown = problem.unknowns.index(value.derivative.unknown)
        found = tape_derivative(model, columns, value.derivative.orders, unknown).numpy()
        zero = formula.compile_function(
            condition.expression, [*problem.coordinates, value.symbol.name]
        )(*places.T, found)
        np.testing.assert_allclose(zero, 0, atol=1e-14, err_msg=condition.text)


def test_the_formulas_of_a_trial_solution_keep_all_digits():
    """They are kept as text, in which no digit of a number may be lost."""
    numbers = [math.pi / 7, 1 / 3, 1.2345678901234567e-5]
    texts = [str(sympy.Float(number) * sympy.Symbol("x", real=True)) for number in numbers]
    model = shaken(
        pinn((0.0,), (1.0,), 3, (2,), trial=TrialSolution(["x"], texts, ["0"] * 3, dtype="float64"))
    )
    np.testing.assert_allclose(model(np.ones((1, 1)))[0], numbers, rtol=1e-14)


FRESH = """
import sys, keras, numpy as np
import equations.trial_solution, models.pinn
from pathlib import Path
for path in Path(sys.argv[1]).glob("*.keras"):
    model, x = keras.models.load_model(path), np.load(path.with_suffix(".npy"))
    answers = model(dict(zip("xt", x.T)) if isinstance(model.input, dict) else x)
    if isinstance(answers, dict):
        answers = np.stack([answers[name] for name in "uv"], axis=-1)
    np.save(path.with_suffix(".answers.npy"), answers)
"""


def test_saved_and_loaded_in_a_fresh_process_it_answers_the_same(tmp_path):
    expected = {}
    for dtype in ("float64", "float32"):
        x = np.random.default_rng(0).uniform(LOW, HIGH, (20, 2)).astype(dtype)
        formulas = TrialSolution(("x", "t"), ["sin(pi*x)", "x^2"], ["t", "1"], dtype=dtype)
        model = shaken(
            pinn(
                LOW,
                HIGH,
                2,
                (5, 4),
                "sin",
                periodic=(0,),
                fourier_features=3,
                trial=formulas,
                dtype=dtype,
            )
        )
        for kind, saved in (("plain", model), ("named", add_names(model, ("x", "t"), ("u", "v")))):
            saved.save(tmp_path / f"{kind}-{dtype}.keras")
            np.save(tmp_path / f"{kind}-{dtype}.npy", x)
            expected[f"{kind}-{dtype}"] = model(x).numpy()
    words = [sys.executable, "-c", FRESH, str(tmp_path)]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    for name, answers in expected.items():
        found = np.load(tmp_path / f"{name}.answers.npy")
        assert found.dtype == ("float64" if name.startswith("named") else answers.dtype)
        precision = np.finfo(answers.dtype).eps
        np.testing.assert_allclose(
            found, answers, rtol=100 * precision, atol=100 * precision, err_msg=name
        )


def test_named_answers_each_unknown_by_its_name():
    network = shaken(pinn(LOW, HIGH, 2, (4,)))
    model = add_names(network, ("a", "b"), ("p", "q"))
    x = np.random.default_rng(0).uniform(LOW, HIGH, (6, 2))
    answers = model({"b": x[:, 1], "a": x[:, 0]})
    assert set(answers) == {"p", "q"}
    assert answers["p"].dtype == "float64"  # and no input is rounded to float32 on its way
    np.testing.assert_allclose(
        np.stack([answers["p"], answers["q"]], axis=-1), network(x), rtol=1e-15
    )

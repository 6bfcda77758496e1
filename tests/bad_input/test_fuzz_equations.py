"""Two thousand nasty equations: each is read or refused in one line, within seconds."""

import re
import tomllib

import numpy as np
import sympy
from hypothesis import example, given
from hypothesis import strategies as st

from equations.equation import Equation
from equations.equation_file import build_equation, to_toml
from equations.trial import build_trial_solution
from symbolic import formula
from tests.bad_input.fuzzing import fuzz, result_or_mistake

DOMAINS = (
    {"x": (0, 1), "t": (0, 1)},
    {"x": (-1, 1), "t": (0, "pi/2")},
    {"x": (0, "pi")},
    {"x": (0, 1), "y": (0, 2), "t": (0, 1)},
)
CONSTANTS = ({"nu": 0.1}, {"nu": 3, "c": "nu/2"}, {"nu": "0.01/pi"})
LEADING = (
    *(
        "u_t",
        "u_xx - u_t",
        "u_tt - u_xx",
        "u_x",
        "u_xxxx",
        "u_xt",
        "u*u_x",
        "u_x = u_t",
        "u_xx = nu",
    ),
    "v_x + u_t = v",
)
NAMED = (
    *("u", "u", "u_x", "u_xx", "u", "x", "x", "x", "nu", "pi", "2", "0.5", "1", "3"),
    *("e", "1e300", "1e-3", "k", "t", "v"),
)
ODD_NAMES = (
    "u_z",
    "u_",
    "_x",
    "u_xxxxxxxxx",
    "u'",
    "x_t",
    "pi_x",
    "sin_x",
    "u_1_x",
    "nu_x",
    "lambda",
    "u__x",
    "w",
    "é",
    "",
)
FUNCTIONS = ("sin", "exp", "log", "sqrt", "abs", "heaviside", "tanh", "cosh", "sinn")
CALLED = ("u", "u", "u", "u_x", "u_xx", "u_t", "v", "w", "u'", "sin", "nu")
PLACES = (
    "low",
    "low",
    "high",
    "high",
    "own",
    "own",
    "own",
    "0.5",
    "nu",
    "1e-12",
    "2",
    "9^9^9",
    "u(0, 0)",
    "t",
    "",
)
OPERATORS = ("+", "-", "*", "*", "/", "^", "=", " ")
NUMBERS = (
    0,
    1,
    -1,
    0.5,
    2,
    "pi",
    "1/2",
    "nu",
    "1e300",
    1e30,
    1e-30,
    "1/0",
    "",
    "x",
    float("nan"),
    True,
    None,
    10**400,
)


def larger(formulas):
    return st.one_of(
        st.tuples(formulas, st.sampled_from(OPERATORS[:5]), formulas).map("".join),
        st.tuples(formulas, st.sampled_from(OPERATORS[:6]), formulas).map("".join),
        st.builds("({})".format, formulas),
        st.builds("-{}".format, formulas),
        st.builds("{}({})".format, st.sampled_from(FUNCTIONS[:-1]), formulas),
        st.builds("max({}, {})".format, formulas, formulas),
    )


terms = st.recursive(st.sampled_from(NAMED), larger, max_leaves=4)
odd_terms = st.text(max_size=8) | st.recursive(
    st.sampled_from(NAMED + ODD_NAMES),
    lambda inner: larger(inner) | st.tuples(inner, st.sampled_from(OPERATORS), inner).map("".join),
    max_leaves=4,
)
data = st.recursive(
    st.sampled_from(("x", "x", "t", "0", "1", "pi", "nu", "2", "k")), larger, max_leaves=4
)


@st.composite
def equations(draw):
    """An equation that could be solved, with a few mistakes or none."""
    mistakes = draw(st.sampled_from([0, 0, 0, 0, 1, 1, 3]))
    domain = dict(draw(st.sampled_from(DOMAINS)))

    def call(name):
        places = [draw(st.sampled_from(PLACES[:9] if mistakes < 3 else PLACES)) for _ in domain]
        known = [{"own": name, "low": low, "high": high} for name, (low, high) in domain.items()]
        pairs = zip(places, known, strict=True)
        return f"{name}({', '.join(str(ways.get(place, place)) for place, ways in pairs)})"

    def on_a_face(name):
        """An unknown function at one end of a coordinate, and at the other end."""
        fixed, end = draw(st.sampled_from(sorted(domain))), draw(st.sampled_from([0, 1]))
        name += draw(st.sampled_from(["", "", "", f"_{fixed}", f"_{fixed}{fixed}"]))
        low, high = (
            f"{name}({', '.join(str(ends[e]) if c == fixed else c for c, ends in domain.items())})"
            for e in (0, 1)
        )
        return (low, high) if end == 0 else (high, low)

    def condition():
        first, second = on_a_face(draw(st.sampled_from(unknowns)))
        match draw(st.sampled_from(["data", "data", "data", "periodic", "two", "number"])):
            case "data":
                return f"{first} = {draw(data)}"
            case "number":
                return f"{first} = {draw(st.sampled_from(['0', '1', 'nu']))}"
            case "periodic":
                return f"{first} = {second}"
            case "two":
                one, two = (
                    call(draw(st.sampled_from(("u", "u", "u_x") if mistakes < 3 else CALLED)))
                    for _ in range(2)
                )
                return f"{one} + {two} = {draw(data)}"

    def own(text):
        """A text in the coordinates of the domain."""
        return text if "t" in domain else re.sub(r"(?<![a-z])t(?![a-z])", "x", text)

    parts = [
        draw(st.tuples(st.sampled_from(LEADING), terms))
        for _ in range(draw(st.sampled_from([1, 1, 2])))
    ]
    residuals = [own(" + ".join(pair)) for pair in parts]
    unknowns = [name for name in ("u", "u", "v") if any(name in text for text in residuals)]
    conditions = [own(condition()) for _ in range(draw(st.integers(0, 5)))]
    fields = {
        "residuals": residuals,
        "domain": domain,
        "conditions": conditions,
        "constants": dict(draw(st.sampled_from(CONSTANTS))),
        "unknown": {"k": 1} if "k" in "".join(residuals + conditions) else {},
        "exact": draw(st.sampled_from(({}, {}, {"u": "exp(-x)"}))),
        "known_part": draw(st.sampled_from(({}, {}, {"u": "1/x + x"}))),
    }
    for _ in range(mistakes):
        match draw(
            st.sampled_from(["residuals", "conditions", "domain", "constants", "unknown", "exact"])
        ):
            case "residuals" | "conditions" as field:
                fields[field].insert(0, draw(odd_terms))
            case "exact":
                fields["exact"] = {draw(st.sampled_from(("u", "v", "x"))): draw(odd_terms)}
            case "domain":
                domain[draw(st.sampled_from(("x", "t", "z", "u", "pi", "xx", "1")))] = (
                    0,
                    draw(st.sampled_from(NUMBERS)),
                )
            case field:
                fields[field] = {
                    draw(st.sampled_from(("nu", "k", "u", "x", "sin", "é"))): draw(
                        st.sampled_from(NUMBERS)
                    )
                }
    return Equation(**fields)


@fuzz
@given(equation=equations())
@example(Equation("u_x + 1/(u_tx - u_xt)", {"x": (0, 1), "t": (0, 1)}))
@example(Equation("u_x", {"x": (0, 1)}, ["1/(u(0.0) - u(0)) = 1"]))
@example(
    Equation(
        "u_x",
        {"x": (0, 1e30), "t": (0, 1)},
        ["u(x, 0) = 2^x", "u(0, t) = 2^(2^(2^(100*t)))", "u(1e30, t) = 0"],
    )
)
@example(
    Equation(
        "u_xxxxxxxx",
        {"x": (0, 1), "t": (0, 1)},
        [f"u(x, 0) = {'sin(x*' * 30}x{')' * 30}", "u(0, t) = u(1, t)"],
    )
)
def test_equations(equation):
    problem = result_or_mistake(equation.problem)
    if problem is None:
        return
    assert len(problem.coordinates) == len(problem.low) == len(problem.high) <= 4
    assert all(low < high for low, high in zip(problem.low, problem.high, strict=True))
    symbols = set()
    for name, orders in problem.derivatives:
        pairs = zip(problem.coordinates, orders, strict=True)
        symbols.add(f"{name}_{''.join(c * order for c, order in pairs)}".rstrip("_"))
    for residual in problem.residuals:
        allowed = {*problem.coordinates, *problem.constants}
        assert (
            not set(formula.list_variables(residual)) - allowed - symbols
            and set(formula.list_variables(residual)) & symbols
        )
    for condition in problem.conditions:
        own = {value.symbol.name for value in condition.values}
        assert own and not set(formula.list_variables(condition.expression)) - own - set(
            condition.free
        ) - set(problem.constants)
        for value in condition.values:
            assert value.derivative.unknown in problem.unknowns
            assert value.place and value.place.keys() | set(condition.free) == set(
                problem.coordinates
            )
    assert all(warning.splitlines() == [warning] for warning in problem.warnings)
    check_trial(problem)
    assert build_equation(tomllib.loads(to_toml(equation))).problem() == problem


def check_trial(problem):
    solution = build_trial_solution(problem)
    assert sorted(c.text for c in solution.hard + solution.soft) == sorted(
        c.text for c in problem.conditions
    )
    assert len(solution.reasons) == len(problem.conditions)
    shares = np.random.default_rng(0).uniform(size=(len(problem.coordinates), 9))
    points = {
        n: a + s * (b - a)
        for n, a, b, s in zip(problem.coordinates, problem.low, problem.high, shares, strict=True)
    }

    def values(expression, place):
        return formula.compile_function(expression, problem.coordinates)(*(points | place).values())

    for unknown in problem.unknowns:
        assert (
            np.isfinite(values(solution.offset[unknown], {})).all()
            and (values(solution.factor[unknown], {}) > 0).all()
        )
    for condition in solution.hard:
        if len(condition.values) == 1 and not any(condition.values[0].derivative.orders):
            (value,) = condition.values
            offset, factor = (
                solution.offset[value.derivative.unknown],
                solution.factor[value.derivative.unknown],
            )
            scale = np.abs(values(offset, {})).max()
            left = [
                values(condition.expression.xreplace({value.symbol: sympy.Integer(u)}), {})
                for u in (0, 1)
            ]
            data = left[0] / (left[0] - left[1])
            np.testing.assert_allclose(
                values(offset, value.place), data, rtol=1e-9, atol=1e-9 * scale
            )
            assert (np.abs(values(factor, value.place)) < 1e-12).all()


words = st.sampled_from(
    (
        "x=0..1",
        "x",
        "x=",
        "=1",
        "x=1",
        "t = 0 .. pi",
        "nu=0.1",
        "u = sin(x)",
        "x=..",
        "x=1..2..3",
        "",
        "é=1",
        "x=0..1=2",
    )
)
entries = st.recursive(
    words | odd_terms | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("x", "t", "nu", "u", "a b")), inner, max_size=3)
    ),
    max_leaves=4,
)
keys = st.sampled_from(
    (
        "residual",
        "residuals",
        "domain",
        "condition",
        "constant",
        "constants",
        "unknown",
        "exact",
        "domian",
        "",
    )
)


@fuzz
@given(
    entries=st.dictionaries(keys, entries, max_size=4),
    usual=st.dictionaries(st.sampled_from(("residual", "domain")), st.just(0), max_size=2),
)
def test_words(entries, usual):
    entries |= {"residual": "u_x + u_t = 0"} if "residual" in usual else {}
    entries |= {"domain": ["x=0..1", "t=0..1"]} if "domain" in usual else {}
    equation = result_or_mistake(lambda: build_equation(entries))
    problem = equation and result_or_mistake(equation.problem)
    if problem:
        assert build_equation(tomllib.loads(to_toml(equation))).problem() == problem

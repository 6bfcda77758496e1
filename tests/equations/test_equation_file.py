import math

import numpy as np
import pytest

from equations.equation import Equation
from equations.equation_file import build_equation, read_equation, to_options, to_toml
from errors import UserError

BURGERS = Equation(
    residuals=["u_t + u*u_x - nu*u_xx"],
    domain={"x": (-1, 1), "t": (0, 1)},
    conditions=["u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0"],
    constants={"nu": 0.01},
)
TEXT = """
residual = "u_t + u*u_x - nu*u_xx"
condition = ["u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0"]
"""
DOMAINS = [
    'domain = ["x=-1..1", "t = 0 .. 1"]',
    "domain = {x = [-1, 1], t = [0.0, 1]}",
    '[domain]\nx = "-1..1"\nt = ["0", "2/2"]',
]
CONSTANTS = [
    "constant = 'nu=0.01'",
    "constants = ['nu = 1/100']",
    "[constants]\nnu = 0.01",
    "[constant]\nnu = '1e-2'",
]


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("constants", CONSTANTS)
def test_all_forms_are_the_same_equation(domain, constants, tmp_path):
    parts = sorted([domain, constants], key=lambda part: part.startswith("["))
    (tmp_path / "burgers.toml").write_text("\n".join([TEXT, *parts]))
    assert read_equation(tmp_path / "burgers.toml").problem() == BURGERS.problem()


def test_options_of_a_command():
    options = {
        "residual": ["k*u_xx = u_t"],
        "domain": ["x=0..2*pi", "t=0...5"],
        "condition": ["u(x, 0) = sin(x)"],
        "unknown": ["k=0.1"],
        "exact": ["u = exp(-t)*sin(x)"],
        "constant": [],
    }
    problem = build_equation(options).problem()
    assert (problem.low, problem.high, problem.constants) == (
        (0, 0),
        (2 * math.pi, 0.5),
        {"k": 0.1},
    )
    assert problem.exact.keys() == {"u"} and problem.residual_texts == ("k*u_xx = u_t",)


@pytest.mark.parametrize(
    "equation",
    [
        BURGERS,
        Equation(
            "y'' + sin(y)",
            {"t": (0, "2*pi")},
            ["y(0) = 1", "y'(0) = 0"],
            exact={"y": "cos(t)"},
            known_part={"y": "t^2"},
        ),
        Equation(
            ("u_t = D*u_xx", "v_t = u + k*w"),
            {"x": (np.float64(1e-5), 1), "t": (0, "2*T")},
            (),
            {"T": 1, "w": "T/3", "tiny": 1e-20, "big": 10**25},
            {"D": 0.1, "k": -3},
        ),
    ],
)
def test_round_trips(equation, tmp_path):
    (tmp_path / "equation.toml").write_text(to_toml(equation))
    again = read_equation(tmp_path / "equation.toml")
    assert again.problem() == equation.problem()
    assert to_toml(again) == to_toml(equation)
    assert build_equation(to_options(equation)).problem() == equation.problem()


def test_special_characters(tmp_path):
    equation = Equation(
        ['a "quoted" \\ text\n\t\x7f\x00 é 日本 😀'], {"a b": ("'", 1), 'c"d': (1.5, math.inf)}
    )
    (tmp_path / "equation.toml").write_text(to_toml(equation), encoding="utf-8", newline="")
    again = read_equation(tmp_path / "equation.toml")
    assert again.residuals == equation.residuals and list(again.domain) == list(equation.domain)


@pytest.mark.parametrize(
    "content, expected",
    [
        ("", "must have a residual, such as 'u_t = u_xx'. Received: none"),
        ("residual = 'u_x'", "must have a domain, such as 'x=-1..1'. Received: none"),
        ("residual = []\ndomain='x=0..1'", "must have a residual"),
        (
            "residuel = 'u_x'",
            "an equation has no key 'residuel'. Did you mean residual? Known: residual, domain",
        ),
        ("residual = 'u_x'\nresiduals = 'u_x'", "'residual' is given twice"),
        (
            "residual = 'u_x'\ndomain = 'x'",
            "domain must be a name and its value, such as 'x=-1..1'. Received: 'x'",
        ),
        (
            "residual = 'u_x'\ndomain = 'x=1'",
            "the domain of x must have two ends, such as 'x=-1..1'. Received: '1'",
        ),
        ("residual = 'u_x'\ndomain = 'x=..1'", "the domain of x must have two ends"),
        ("residual = 'u_x'\ndomain = ['x=0..1', 'x=0..2']", "domain 'x' is given twice"),
        ("residual = 'u_x'\ndomain = 3", "domain must be a text, a list or a table"),
        ("residual = 'u_x'\ndomain = [['x=0..1']]", "domain must be a name and its value"),
        ("residual = 'u_x'\ndomain = {x = 3}", "the domain of x must have a low and a high end"),
        (
            "residual = 'u_x'\ndomain = {x = [0, 1979-05-27]}",
            "an end of the domain of x must be a number",
        ),
        ("residual = 'u_x'\ndomain = {x = [0, nan]}", "an end of the domain of x must be a number"),
        ("residual = 'u_x'\ndomain = {x = [0, [1]]}", "an end of the domain of x must be a number"),
        ("residual = {a = 'u_x'}\ndomain = 'x=0..1'", "a residual must be text"),
        (
            "residual = 'u_x'\ndomain = 'x=0..1'\nexact = {u = 3}",
            "the closed form of u must be a formula",
        ),
        (
            "residual = 'u_x = k'\ndomain = 'x=0..1'\nconstant = 'k=true'",
            "unknown name 'true'|reserved word",
        ),
        (
            "residual = 'u_x = k'\ndomain = 'x=0..1'\nconstant = {k = true}",
            "the constant k must be a number",
        ),
        ("residual", "is not a TOML file"),
        ("residual = 'a'\nresidual = 'b'", "is not a TOML file"),
        (b"\xff\xfe", "is not a TOML file"),
        ("x = " + "[" * 10**5, "nested too deeply|is not a TOML file"),
        (b"#" * 1_000_001, "too large for an equation"),
    ],
)
def test_mistakes(content, expected, tmp_path):
    path = tmp_path / "equation.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UserError) as caught:
        read_equation(path).problem()
    message = str(caught.value)
    assert any(part in message for part in expected.split("|"))
    assert len(message.splitlines()) == 1 and len(message) < 400 + len(str(path))


def test_a_missing_file(tmp_path):
    (tmp_path / "burgers.toml").write_text("")
    with pytest.raises(UserError, match=r"burger.toml: no such file. Did you mean burgers.toml\?"):
        read_equation(tmp_path / "burger.toml")
    with pytest.raises(UserError, match="no such file"):
        read_equation(tmp_path)

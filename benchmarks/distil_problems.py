"""The formulas that `benchmarks/distil.py` looks for, and the rows of the Feynman equations."""

import numpy as np

ROWS = 2000

# In order of difficulty, chosen before any tuning; variables range from -3 to 3.
FUNCTIONS = (
    "x^2 + x",
    "x^3 - 2*x",
    "sin(2*x)",
    "exp(-x^2)",
    "x*sin(x)",
    "1/(1 + x^2)",
    "exp(-x/2)*sin(3*x)",
    "sqrt(x^2 + 1)",
    "x1*x2 + sin(x1)",
    "x1/(1 + x2^2)",
)


def same_range(names, low, high):
    """Return the range of each variable, `{name: (low, high)}`."""
    return dict.fromkeys(names.split(), (low, high))


# Number in the database, formula, range of each variable.
# Source: Udrescu and Tegmark, AI Feynman, arXiv:1905.11481.
FEYNMAN = {
    "I.6.20a": ("exp(-theta^2/2)/sqrt(2*pi)", {"theta": (1, 3)}),
    "I.8.14": ("sqrt((x2 - x1)^2 + (y2 - y1)^2)", same_range("x1 x2 y1 y2", 1, 5)),
    "I.12.1": ("mu*Nn", same_range("mu Nn", 1, 5)),
    "I.12.2": ("q1*q2/(4*pi*eps*r^2)", same_range("q1 q2 eps r", 1, 5)),
    "I.14.3": ("m*g*z", same_range("m g z", 1, 5)),
    "I.16.6": ("(u + v)/(1 + u*v/c^2)", same_range("c v u", 1, 5)),
    "I.18.4": ("(m1*r1 + m2*r2)/(m1 + m2)", same_range("m1 m2 r1 r2", 1, 5)),
    "I.18.12": ("r*F*sin(theta)", {"r": (1, 5), "F": (1, 5), "theta": (0, 5)}),
    "I.24.6": ("m*(omega^2 + omega_0^2)*x^2/4", same_range("m omega omega_0 x", 1, 3)),
    "I.27.6": ("1/(1/d1 + n/d2)", same_range("d1 d2 n", 1, 5)),
    "I.29.16": (
        "sqrt(x1^2 + x2^2 - 2*x1*x2*cos(theta1 - theta2))",
        same_range("x1 x2 theta1 theta2", 1, 5),
    ),
    "I.34.8": ("q*v*B/p", same_range("q v B p", 1, 5)),
    "I.39.10": ("3*pr*V/2", same_range("pr V", 1, 5)),
    "I.40.1": ("n_0*exp(-m*g*x/(kb*T))", same_range("n_0 m x T g kb", 1, 5)),
    "I.44.4": ("n*kb*T*log(V2/V1)", same_range("n kb T V1 V2", 1, 5)),
    "I.50.26": ("x1*(cos(omega*t) + alpha*cos(omega*t)^2)", same_range("x1 omega t alpha", 1, 3)),
    "II.3.24": ("Pwr/(4*pi*r^2)", same_range("Pwr r", 1, 5)),
    "II.6.15b": (
        "3/(4*pi*eps)*p_d*cos(theta)*sin(theta)/r^3",
        same_range("eps p_d theta r", 1, 3),
    ),
    "II.11.28": ("1 + n*alpha/(1 - n*alpha/3)", same_range("n alpha", 0, 1)),
    "III.17.37": ("beta*(1 + alpha*cos(theta))", same_range("beta alpha theta", 1, 5)),
}


def draw_points(ranges, random):
    """Draw points uniformly, `(ROWS, variables)`."""
    low, high = np.array(list(ranges.values()), "float64").T
    return random.uniform(low, high, (ROWS, len(ranges)))


def evaluate_formula(text, ranges, points):
    """Return the values of a formula at points, `(rows,)`."""
    from symbolic import formula

    return formula.compile_function(formula.parse(text), list(ranges))(*points.T)


def draw_rows(name, noise):
    """Draw the rows of a Feynman equation, the same in every process and for every method.

    Args:
        name: number of the equation.
        noise: standard deviation of Gaussian noise, as a fraction of the values'.

    Returns: `(points, values)`.
    """
    text, ranges = FEYNMAN[name]
    # Python's own hash differs from process to process.
    random = np.random.default_rng(int.from_bytes(name.encode(), "big") % 2**32)
    points = draw_points(ranges, random)
    clean = evaluate_formula(text, ranges, points)
    return points, clean + noise * clean.std() * random.standard_normal(ROWS)

"""The equations of the experiments, as a paper writes them."""

import math

from equations.equation import Equation

BURGERS = Equation(
    residuals=["u_t + u*u_x - nu*u_xx"],
    domain={"x": (-1, 1), "t": (0, 1)},
    conditions=["u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0"],
    constants={"nu": 0.01 / math.pi},
)
# Its two constants are to be found from measurements alone.
BURGERS_INVERSE = Equation(
    residuals=["u_t + a*u*u_x - nu*u_xx"],
    domain={"x": (-1, 1), "t": (0, 1)},
    unknown={"a": 0.0, "nu": math.exp(-6)},
)


def diffusing_kink(t):
    """Text of what u_t = 0.0001*u_xx makes of 2*|s|, where s = 2/pi*cos(pi*x/2) is near x = 1 the distance from there.

    It is periodic, and away from x = 1 not quite a solution.

    Args:
        t: the text of a time that is not 0, where the derivatives are infinite.

    Source: H. S. Carslaw, J. C. Jaeger, Conduction of Heat in Solids, section 2.4.
    """
    distance = f"(100/pi*cos(pi*x/2)/sqrt({t}))"
    return f"0.04*sqrt({t})*({distance}*erf{distance} + exp(-{distance}^2)/sqrt(pi))"


# Continued periodically the start has a kink at x = 1, which no network follows while it fades: it is known. 1e-9 makes it
# 1e-6 wide at t = 0, and the start that much less sharp.
ALLEN_CAHN = Equation(
    residuals=["u_t - 0.0001*u_xx + 5*u^3 - 5*u"],
    domain={"x": (-1, 1), "t": (0, 1)},
    conditions=[
        f"u(x, 0) = x^2*cos(pi*x) - 4/pi*cos(pi*x/2) + {diffusing_kink('1e-9')}",
        *("u(-1, t) = u(1, t)", "u_x(-1, t) = u_x(1, t)"),
    ],
    known_part={"u": diffusing_kink("t + 1e-9")},
)
# i h_t + h_xx / 2 + |h|^2 h = 0 for h = u + i v
SCHROEDINGER = Equation(
    residuals=["u_t + 0.5*v_xx + (u^2 + v^2)*v", "v_t - 0.5*u_xx - (u^2 + v^2)*u"],
    domain={"x": (-5, 5), "t": (0, "pi/2")},
    conditions=[
        *("u(x, 0) = 2/cosh(x)", "v(x, 0) = 0"),
        *(
            "u(-5, t) = u(5, t)",
            "v(-5, t) = v(5, t)",
            "u_x(-5, t) = u_x(5, t)",
            "v_x(-5, t) = v_x(5, t)",
        ),
    ],
)
POISSON = Equation(
    residuals=["u_xx + u_yy + 2*pi^2*sin(pi*x)*sin(pi*y)"],
    domain={"x": (0, 1), "y": (0, 1)},
    conditions=["u(0, y) = 0", "u(1, y) = 0", "u(x, 0) = 0", "u(x, 1) = 0"],
    exact={"u": "sin(pi*x)*sin(pi*y)"},
)
HELMHOLTZ = Equation(
    residuals=["u_xx + u_yy + u = (1 - 17*pi^2)*sin(pi*x)*sin(4*pi*y)"],
    domain={"x": (-1, 1), "y": (-1, 1)},
    conditions=["u(-1, y) = 0", "u(1, y) = 0", "u(x, -1) = 0", "u(x, 1) = 0"],
    exact={"u": "sin(pi*x)*sin(4*pi*y)"},
)
HEAT = Equation(
    residuals=["u_t = 0.1*u_xx"],
    domain={"x": (0, 1), "t": (0, 1)},
    conditions=["u(x, 0) = sin(pi*x) + sin(3*pi*x)/2", "u(0, t) = 0", "u(1, t) = 0"],
    exact={"u": "exp(-0.1*pi^2*t)*sin(pi*x) + exp(-0.9*pi^2*t)*sin(3*pi*x)/2"},
)
WAVE = Equation(
    residuals=["u_tt = 4*u_xx"],
    domain={"x": (0, 1), "t": (0, 1)},
    conditions=[
        "u(x, 0) = sin(pi*x) + sin(4*pi*x)/2",
        "u_t(x, 0) = 0",
        "u(0, t) = 0",
        "u(1, t) = 0",
    ],
    exact={"u": "cos(2*pi*t)*sin(pi*x) + cos(8*pi*t)*sin(4*pi*x)/2"},
)
ADVECTION = Equation(
    residuals=["u_t + 30*u_x"],
    domain={"x": (0, "2*pi"), "t": (0, 1)},
    conditions=["u(x, 0) = sin(x)", "u(0, t) = u(2*pi, t)"],
    exact={"u": "sin(x - 30*t)"},
)


def lid_corner(x, y, lid):
    """Texts of velocity and pressure next to a corner where a lid, of this velocity, slides along y = 0 over a wall x = 0.

    The velocity depends on the angle alone and jumps in the corner, where the pressure is infinite: no network follows
    that. 1e-12 gives the corner itself the lid's velocity. `a` and `b` are -4/(pi^2 - 4) and a*pi/2.

    Source: G. K. Batchelor, An Introduction to Fluid Dynamics, section 4.8.
    """
    x = f"({x} + 1e-12)"
    square = f"({x}^2 + ({y})^2)"
    angle = f"2*atan(({y})/(sqrt{square} + {x}))"
    u = f"{lid}*(1 - a + a*{x}^2/{square} + b*({angle} + {x}*({y})/{square}))"
    v = f"{lid}*(b*({y})^2/{square} + a*({x}*({y})/{square} - {angle}))"
    p = f"{lid}*(a*{x} + b*({y}))/{square}/50"
    return u, v, p


# In the corners' coordinates y points down, and x to the left in the right one, whose lid so has the velocity -1.
LEFT, RIGHT = lid_corner("x", "1 - y", "1"), lid_corner("1 - x", "1 - y", "(-1)")
NAVIER_STOKES_CAVITY = Equation(
    residuals=[
        "u*u_x + v*u_y + p_x - (u_xx + u_yy)/100",
        "u*v_x + v*v_y + p_y - (v_xx + v_yy)/100",
        "u_x + v_y",
    ],
    domain={"x": (0, 1), "y": (0, 1)},
    conditions=[
        *("u(x, 1) = 1", "u(x, 0) = 0", "u(0, y) = 0", "u(1, y) = 0"),
        *("v(x, 1) = 0", "v(x, 0) = 0", "v(0, y) = 0", "v(1, y) = 0"),
        "p(0, 0) = 0",
    ],
    constants={"a": "-4/(pi^2 - 4)", "b": "a*pi/2"},
    known_part={
        "u": f"{LEFT[0]} - {RIGHT[0]}",
        "v": f"-{LEFT[1]} - {RIGHT[1]}",
        "p": f"{LEFT[2]} + {RIGHT[2]}",
    },
    # The known flow is that without inertia, of which something is left where the lid meets the walls.
    weight="(x^2 + (1-y)^2)/(x^2 + (1-y)^2 + 0.01)*((1-x)^2 + (1-y)^2)/((1-x)^2 + (1-y)^2 + 0.01)",
)
ODES = {
    "gaussian": Equation(["y' = -2*x*y"], {"x": (0, 2)}, ["y(0) = 1"], exact={"y": "exp(-x^2)"}),
    "decay": Equation(["y' = -y"], {"t": (0, 5)}, ["y(0) = 1"], exact={"y": "exp(-t)"}),
    "logistic": Equation(
        ["y' = y*(1 - y)"], {"t": (0, 8)}, ["y(0) = 0.1"], exact={"y": "1/(1 + 9*exp(-t))"}
    ),
    "harmonic": Equation(
        ["y'' = -y"], {"t": (0, "2*pi")}, ["y(0) = 1", "y'(0) = 0"], exact={"y": "cos(t)"}
    ),
    "damped": Equation(
        ["y'' + 0.4*y' + 4.04*y"],
        {"t": (0, 10)},
        ["y(0) = 1", "y'(0) = 0"],
        exact={"y": "exp(-0.2*t)*(cos(2*t) + 0.1*sin(2*t))"},
    ),
    "van-der-pol": Equation(["y'' = (1 - y^2)*y' - y"], {"t": (0, 10)}, ["y(0) = 2", "y'(0) = 0"]),
    "lotka-volterra": Equation(
        ["u' = 1.5*u - u*v", "v' = u*v - 3*v"], {"t": (0, 6)}, ["u(0) = 1", "v(0) = 1"]
    ),
    "lorenz": Equation(
        ["x' = 10*(y - x)", "y' = x*(28 - z) - y", "z' = x*y - 8/3*z"],
        {"t": (0, 3)},
        ["x(0) = 1", "y(0) = 1", "z(0) = 1"],
    ),
}

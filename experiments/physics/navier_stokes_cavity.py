"""A flow in a cavity with a moving lid, Reynolds number 100: velocity u, v and pressure p.

Where the lid meets a wall the velocity jumps and the pressure is infinite. No network follows that,
so the flow in the corners is a known part of the solution, and the network learns the remainder.
Expect a relative error of 5e-4 after 80 seconds.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from equations.equation import Equation
from tasks.differential_equation import DifferentialEquation

CORNER = 0.1  # as near as this to the upper corners the pressure is not compared


def corner_flow(x, y, lid):
    """Return the texts of velocity and pressure in a corner where a lid slides over a wall.

    The lid slides along y = 0 and the wall is x = 0. The velocity depends on the angle alone;
    1e-12 gives the corner itself the lid's velocity. `a` is -4/(pi^2 - 4) and `b` is a*pi/2.

    Args:
        x, y: texts of the coordinates, from the corner.
        lid: text of the lid's velocity.

    Source: G. K. Batchelor, An Introduction to Fluid Dynamics, section 4.8.
    """
    x = f"({x} + 1e-12)"
    square = f"({x}^2 + ({y})^2)"
    angle = f"2*atan(({y})/(sqrt{square} + {x}))"
    u = f"{lid}*(1 - a + a*{x}^2/{square} + b*({angle} + {x}*({y})/{square}))"
    v = f"{lid}*(b*({y})^2/{square} + a*({x}*({y})/{square} - {angle}))"
    p = f"{lid}*(a*{x} + b*({y}))/{square}/50"
    return u, v, p


# In the corners' coordinates y points down. In the right corner x points to the left, so that its
# lid has the velocity -1.
LEFT, RIGHT = corner_flow("x", "1 - y", "1"), corner_flow("1 - x", "1 - y", "(-1)")


@dataclass(frozen=True)
class NavierStokesCavity(DifferentialEquation):
    text: ClassVar = Equation(
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
        # The known flow has no inertia, of which something remains where the lid meets the walls.
        weight="(x^2 + (1-y)^2)/(x^2 + (1-y)^2 + 0.01)"
        "*((1-x)^2 + (1-y)^2)/((1-x)^2 + (1-y)^2 + 0.01)",
    )

    constraints: Literal["auto", "hard", "soft"] = "soft"
    condition_weight: float = 10.0

    def truth(self, problem):
        import numpy as np

        from equations.references.cavity import solve

        def solution_without_corners(at):
            values, x, y = solve(at), at["x"], 1 - at["y"]
            near = np.minimum(np.hypot(x, y), np.hypot(1 - x, y)) < CORNER
            return values | {"p": np.where(near, np.nan, values["p"])}

        return solution_without_corners

    def solvers(self, data):
        from equations.references.cavity import solve_coarsely

        return {"Chebyshev collocation": lambda: solve_coarsely(data.problem)}

    def comparable(self, unknown, values):
        """The pressure is known up to a constant, and infinite in the upper corners."""
        import numpy as np

        return values - np.mean(values[np.isfinite(values)]) if unknown == "p" else values

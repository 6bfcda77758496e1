"""Your own differential equation, written as in a paper: ODE or PDE, or constants from data.

For example: python train.py equation --residual "u_t + u*u_x - 0.01/pi*u_xx" \\
    --domain "x=-1..1" "t=0..1" --condition "u(x,0) = -sin(pi*x)" "u(-1,t) = 0" "u(1,t) = 0"
"""

from dataclasses import dataclass, replace

from errors import UserError
from tasks.differential_equation import DifferentialEquation
from tasks.options import FilePath

KEYS = (
    *("residual", "domain", "condition", "constant", "unknown", "exact"),
    *("known_part", "weight"),
)


@dataclass(frozen=True)
class Equation(DifferentialEquation):
    residual: tuple[str, ...] = ()
    """equation: an expression that is zero, "u_t + u*u_x - nu*u_xx", or two sides, "u'' = -u";
    several for a system"""
    domain: tuple[str, ...] = ()
    """range of every coordinate, in the order of the arguments in conditions: "x=-1..1"
    "t=0..2*pi" """
    condition: tuple[str, ...] = ()
    """initial and boundary conditions: "u(x,0) = sin(x)" "u_x(0,t) = 0" "u(-1,t) = u(1,t)"
    "u_x(1,t) + 2*u(1,t) = 3" """
    constant: tuple[str, ...] = ()
    """known constants: "nu=0.01" """
    unknown: tuple[str, ...] = ()
    """constants to be found from --data, or an eigenvalue from a condition more than the solution
    needs, with an initial guess: "nu=0.1" """
    data: FilePath = ""
    """measurements: a table with a column for each coordinate and at least one unknown function"""
    run: str = ""
    """column of --data that says to which run a row belongs; every run has unknown functions of its
    own, u_1, u_2, ... in the order of the labels, and all share the constants"""
    noise: tuple[str, ...] = ()
    """standard deviation of the measurements, if known: "0.02", or "x=0.02" "y=0.1"; by default it
    is estimated from the fit"""
    exact: tuple[str, ...] = ()
    """closed form of the solution to compare with: "u = exp(-t)*sin(x)" """
    reference: FilePath = ""
    """solution to compare with: .mat, .npz or a table with a column for each coordinate and
    unknown function"""
    known_part: tuple[str, ...] = ()
    """known part of an unknown function, such as a singularity: "u = sqrt(x)"; the network learns
    the remainder"""
    weight: str = ""
    """weight of the residuals as a formula in the coordinates; choose it small near
    singularities"""
    equation: FilePath = ""
    """TOML file with the keys residual, domain, condition, constant, unknown, exact, known_part
    and weight, instead of the options above"""
    tolerance: float = 1e-6

    def check(self):
        super().check()
        given = [f"--{key}" for key in KEYS if getattr(self, key)]
        if self.equation and given:
            raise UserError(
                f"--equation and {given[0]} both give the equation. Give the file alone, or no file"
            )
        if not self.equation and not self.residual:
            raise UserError(
                '--residual needs an equation, such as "u_t = 0.1*u_xx"; or give --equation FILE'
            )
        for name in ("noise", "run"):
            if getattr(self, name) and not self.data:
                raise UserError(f"--{name} belongs to measurements: --data FILE")

    def resolved(self):
        """Return the experiment with the text of the file, which may change later."""
        from equations.equation_file import read_equation, to_options

        if not self.equation:
            return self
        return replace(self, equation="", **to_options(read_equation(self.equation)))

    def read_text(self):
        from equations.equation_file import build_equation
        from equations.repeated import find_runs, repeat_equation

        text = build_equation({key: getattr(self, key) for key in KEYS if getattr(self, key)})
        if not self.run:
            return text
        runs = find_runs(self.read_data(text.problem())[self.run])
        return repeat_equation(text, len(runs))

    def read_data(self, problem):
        """Return the rows of `--data`, `{column: (rows,)}`; NaN where a function is missing."""
        from datasets.measured_field import read_field

        names = problem.coordinates, problem.unknowns
        return read_field(self.data, *names, self.run, complete=False)

    def measurements(self, problem):
        from equations.repeated import repeat_table, strip_run
        from equations.well_posed import has_surplus_conditions

        if self.run:
            plain = replace(problem, unknowns=strip_run(problem.unknowns))
            return repeat_table(self.read_data(plain), problem.coordinates, self.run)
        if self.data:
            return self.read_data(problem)
        if problem.constants and not has_surplus_conditions(problem):
            raise UserError(
                "--unknown needs measurements to find the constants from, --data FILE, or more "
                "conditions than the solution needs, such as u'(0) = 1 of an eigenfunction"
            )
        return None

    def measurement_noise(self, problem):
        found = {}
        for text in self.noise:
            name, _, number = text.rpartition("=")
            names = [name.strip()] if name else problem.unknowns
            try:
                found |= dict.fromkeys(names, float(number))
            except ValueError:
                found = {"": 0.0}
            if not set(found) <= set(problem.unknowns) or not all(
                0 < x < 1e300 for x in found.values()
            ):
                raise UserError(
                    f"--noise must be a positive number, or one for an unknown function such as "
                    f"{problem.unknowns[0]}=0.1. Received: {text!r:.60}"
                )
        return found

    def reference_table(self, problem):
        from datasets.measured_field import read_field

        if not self.reference:
            return None
        return read_field(self.reference, problem.coordinates, problem.unknowns)

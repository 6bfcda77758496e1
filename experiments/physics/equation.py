"""Your own differential equation, written as in a paper: ODE or PDE, a system of them, or constants to be found from data.

For example: python train.py equation --residual "u_t + u*u_x - 0.01/pi*u_xx" --domain "x=-1..1" "t=0..1" \\
--condition "u(x,0) = -sin(pi*x)" "u(-1,t) = 0" "u(1,t) = 0"
"""

from dataclasses import dataclass, replace

from errors import UserError
from experiments.differential_equation import DifferentialEquation

KEYS = ("residual", "domain", "condition", "constant", "unknown", "exact", "known_part", "weight")


@dataclass(frozen=True)
class Equation(DifferentialEquation):
    equation: str = ""
    """a TOML file with the keys residual, domain, condition, constant, unknown, exact, known_part, weight, as below"""
    residual: tuple[str, ...] = ()
    """what is zero everywhere, "u_t + u*u_x - nu*u_xx", or two sides, "u'' = -u"; several for a system"""
    domain: tuple[str, ...] = ()
    """of every coordinate: "x=-1..1" "t=0..2*pi"; their order is that of the arguments in conditions"""
    condition: tuple[str, ...] = ()
    """"u(x,0) = sin(x)" "u_x(0,t) = 0" "u(-1,t) = u(1,t)" "u_x(1,t) + 2*u(1,t) = 3" """
    constant: tuple[str, ...] = ()
    """known constants: "nu=0.01" """
    unknown: tuple[str, ...] = ()
    """constants to be found from --data, with a first guess: "nu=0.1" """
    exact: tuple[str, ...] = ()
    """closed forms to compare with: "u = exp(-t)*sin(x)" """
    known_part: tuple[str, ...] = ()
    """part of an unknown function, such as a singularity: "u = sqrt(x)"; the network stands for the rest"""
    weight: str = ""
    """what the residuals are multiplied by, a formula in the coordinates: small where they are large for good reason"""
    data: str = ""
    """measurements: a table with a column for each coordinate and for at least one unknown function"""
    reference: str = ""
    """a solution to compare with: .mat, .npz or a table with a column for each coordinate and unknown function"""

    def check(self):
        super().check()
        given = [f"--{key}" for key in KEYS if getattr(self, key)]
        if self.equation and given:
            raise UserError(
                f"--equation and {given[0]} both say what the equation is. Give the file alone, or no file"
            )
        if not self.equation and not self.residual:
            raise UserError(
                '--residual wants the equation, such as "u_t = 0.1*u_xx", or --equation a TOML file'
            )
        if self.unknown and not self.data:
            raise UserError("--unknown wants measurements to find the constants from: --data FILE")

    def resolved(self):
        """With the words of the file, which may have changed when the run is evaluated."""
        from equations.file import read_equation, words_of

        return (
            replace(self, equation="", **words_of(read_equation(self.equation)))
            if self.equation
            else self
        )

    def words(self):
        from equations.file import equation_of

        return equation_of({key: getattr(self, key) for key in KEYS if getattr(self, key)})

    def measurements(self, problem):
        from datasets.field import read_field

        return read_field(self.data, problem.coordinates, problem.unknowns) if self.data else None

    def given_solution(self, problem):
        from datasets.field import read_field

        return (
            read_field(self.reference, problem.coordinates, problem.unknowns)
            if self.reference
            else None
        )

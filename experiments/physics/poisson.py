"""Poisson's equation on the unit square: -laplace u = 2 pi^2 sin(pi x) sin(pi y)."""

from dataclasses import dataclass

from equations.built_in import POISSON
from experiments.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Poisson(DifferentialEquation):
    hidden: tuple[int, ...] = (20, 20)

    def words(self):
        return POISSON

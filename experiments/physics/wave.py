"""The wave equation of a string with two tones."""

from dataclasses import dataclass

from equations.built_in import WAVE
from experiments.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Wave(DifferentialEquation):
    def words(self):
        return WAVE

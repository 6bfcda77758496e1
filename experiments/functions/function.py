"""Exercise 1: fit any formula in one or two variables; what happens outside the interval?

For example: python train.py function --formula "exp(-x/2)*sin(3*x)" --interval -3 3
"""

from dataclasses import dataclass

from tasks.curves import CurveFit


@dataclass(frozen=True)
class Function(CurveFit):
    formula: str = "exp(-x/2)*sin(3*x)"
    """formula with numbers, variables, + - * / ^, exp, log, sqrt, sin, cos, tan, tanh, abs, max,
    min, pi and the like"""
    interval: tuple[float, ...] = (-3.0, 3.0)
    """low and high end of every variable; four numbers give two variables an interval each"""
    degree: int = 9

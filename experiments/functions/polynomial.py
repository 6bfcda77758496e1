"""Function fitting: 2x^3 - 3x^2 - x with noise, by least squares and by a dense network.

Inside the interval both reach the noise, an RMSE of 0.3; outside only least squares does.
"""

from dataclasses import dataclass
from typing import ClassVar

from tasks.curves import CurveFit


@dataclass(frozen=True)
class Polynomial(CurveFit):
    target: ClassVar = "y"
    formula: ClassVar = "2*x^3 - 3*x^2 - x"

    interval: tuple[float, ...] = (-1.0, 2.0)
    """low and high end of x in training"""
    noise: float = 0.3
    margin: float = 0.25
    samples: int = 2000
    hidden: tuple[int, ...] = (64, 64)
    init_scale: float = 1.0

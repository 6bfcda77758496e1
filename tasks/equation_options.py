"""Options of the experiments on differential equations: the network, and how it is trained."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from errors import UserError
from tasks.options import ANY, UNITS, TrainingOptions, check_range


@dataclass(frozen=True)
class PinnOptions(TrainingOptions):
    """Options of a network for differential equations."""

    option_group: ClassVar = "network"

    hidden: tuple[int, ...] = ()
    """units of each hidden layer; empty takes 16 16 for one coordinate and 20 20 20 for more"""
    activation: Literal["tanh", "sin", "silu", "softplus", "sigmoid"] = "tanh"
    """activation of the hidden layers"""
    harmonics: int = 3
    """number of sines and cosines of a periodic coordinate"""
    fourier_features: int = 0
    """number of random Fourier features of the other coordinates; 0 uses the coordinates"""
    init_scale: float = 0.0
    """scale of the first layer's initial weights, larger for many oscillations; 0 takes 3 for one
    coordinate and Keras' default for more"""
    precision: Literal["float64", "float32"] = "float64"
    """precision of the network; float32 needs --optimizer adam"""

    def check(self):
        super().check()
        check_range(self, hidden=(1, UNITS), harmonics=(1, 1000), fourier_features=(0, UNITS))
        check_range(self, init_scale=(0, 1000))


@dataclass(frozen=True)
class ResidualOptions(PinnOptions):
    """Options of a training that makes residuals small."""

    option_group: ClassVar = "training"

    constraints: Literal["auto", "hard", "soft"] = "auto"
    """conditions: build in those that can be and weight the rest (auto), refuse the rest (hard), or
    weight all of them (soft)"""
    collocation_points: int = 0
    """number of collocation points; 0 takes four residuals per weight"""
    condition_points: int = 200
    """number of points for each condition that is not built in"""
    condition_weight: float = 100.0
    """weight of the mean square of a condition that is not built in"""
    measurement_weight: float = 0.0
    """weight of the measurements, relative to their variance; 0 lowers it until the constants no
    longer depend on it"""
    adaptive_weights: bool = False
    """adapt the weights of the conditions until their gradients are as large as the equation's"""
    resample: Literal["auto", "always", "never"] = "auto"
    """resample half of the collocation points where the residual is large: after every epoch,
    never, or (auto) once the residual on held-out points is larger"""
    time_windows: int = 1
    """extend the time range in this many steps (time marching), for equations of which a network
    finds a wrong solution over the whole range"""
    optimizer: Literal["auto", "levenberg-marquardt", "broyden", "lbfgs", "adam"] = "auto"
    """optimiser; auto takes Levenberg-Marquardt for up to 3000 weights, Broyden up to 8000, then
    L-BFGS"""
    adam_steps: int = 0
    """steps of Adam before the optimiser"""
    tolerance: float = 0.0
    """stop once the loss on fresh points promises about this relative error; 0 trains on"""
    seconds: float = 0.0
    """maximum seconds of training; 0 for no limit"""
    attempts: int = 3
    """maximum number of trainings; a second and a third one follow, with time windows, other
    initial weights or a larger network, if the solution is found to be wrong"""
    epochs: int = 100
    patience: int = 30

    def check(self):
        super().check()
        check_range(self, collocation_points=(0, 10**7), condition_points=(1, 10**6))
        check_range(self, condition_weight=(0, ANY), measurement_weight=(0, ANY))
        check_range(self, time_windows=(0, 1000), adam_steps=(0, ANY))
        check_range(self, tolerance=(0, 1), seconds=(0, ANY), attempts=(1, 3))
        if self.precision == "float32" and self.optimizer != "adam":
            raise UserError(
                "--precision float32 is too coarse for second-order optimisers. "
                "Give --optimizer adam, or leave --precision out"
            )

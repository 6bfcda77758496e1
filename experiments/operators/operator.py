"""Neural operators: networks that learn solution maps, a function in and a function out.

A solver makes pairs of functions: an initial value u0 and the solution u after a time T, a
coefficient or a right side and the solution. The network learns the map and answers for functions
it has not seen, on grids it has not seen. The problems are

    antiderivative      u_x = f, u(0) = 0
    advection           u_t + u_x = 0, periodic, T = 0.3
    burgers             u_t + u u_x = 0.1 u_xx, periodic, T = 1 (the setting of Li et al., 2020)
    diffusion-reaction  u_t = 0.005 u_xx + 4 u (1 - u), periodic, T = 1
    allen-cahn          u_t = 0.002 u_xx + 5 u - 5 u^3, periodic, T = 1
    darcy               -div(a grad u) = 1 on a square, zero at its boundary; a is 12 or 3

`fno` is the Fourier neural operator, `deeponet` has a branch for the function and a trunk for the
coordinates, `pod-deeponet` replaces the trunk by principal components. Expect a relative error of
0.1 to 0.2 % for burgers and antiderivative, and of 0.9 % for darcy by the first of these commands,
in nine minutes.

For example:

    python train.py operator --problem darcy --modes 12 --functions 2000 --symmetries 7 --epochs 12
    python train.py operator --equation "u_t + u*u_x = 0.05*u_xx + u - u^3"
    python train.py operator --data pairs.npz --model deeponet
    python train.py operator --problem antiderivative --physics 1 --labelled 0
"""

from dataclasses import dataclass, replace
from typing import Literal

from errors import UserError
from tasks.operator_data import Problem
from tasks.operators import OperatorTraining
from tasks.options import ANY, UNITS, FilePath, check_range

PROBLEMS = {
    "antiderivative": Problem("u_x = f", "smooth", (0.2,), names=("f", "u"),
                              symmetries=("mix",)),
    "advection": Problem("u_t + u_x = 0", "periodic", (125.0, 25.0, 3.0), 0.3,
                         symmetries=("mix",)),
    "burgers": Problem("u_t + u*u_x = 0.1*u_xx", "periodic", (25.0, 25.0, 2.0), 1.0,
                       symmetries=("boost", "reflect_and_negate")),
    "diffusion-reaction": Problem("u_t = 0.005*u_xx + 4*u*(1 - u)", "periodic", (25.0, 25.0, 2.0),
                                  1.0, scale=2.0, symmetries=("reflect",)),
    "allen-cahn": Problem("u_t = 0.002*u_xx + 5*u - 5*u^3", "periodic", (50.0, 100.0, 2.0), 1.0,
                          symmetries=("reflect", "negate")),
    "darcy": Problem("-div(a grad u) = 1", "two phases", (3.0, 12.0, 9.0), names=("a", "u"),
                     dimension=2, symmetries=("transpose", "mirror", "mirror_other")),
}  # fmt: skip
POINTS = {"antiderivative": 101, "darcy": 65}
GRIDS = {"darcy": 33}  # on which the network sees functions
EPOCHS = {"darcy": 8}


@dataclass(frozen=True)
class Operator(OperatorTraining):
    problem: Literal[tuple(PROBLEMS)] = "burgers"
    """problem whose solutions are made and learned"""
    equation: str = ""
    """equation of u(x, t) on a periodic interval from 0 to 1, instead of a problem: u at t = 1"""
    data: FilePath = ""
    """npz with arrays of input functions, and output functions named output or output_NAME"""
    periodic: bool = False
    """the functions of the file are periodic, and their grid has no last end"""
    functions: int = 1000
    """number of functions for training, of which a twentieth validates"""
    test_functions: int = 200
    """number of functions that test"""
    mean_free: bool = False
    """draw periodic input functions without their mean"""
    points: int = 0
    """points of the grid in each direction; 0 takes 128, for antiderivative 101 and darcy 65"""
    time_steps: int = 100
    """number of time steps of the solver"""
    symmetries: int = 4
    """number of times that the training functions are added, changed by symmetries of the
    equation"""
    physics: float = 0.0
    """weight of the squared residuals of the equation in the loss of deeponet; 0 for none"""
    labelled: float = 1.0
    """share of the training functions whose outputs are used; others need --physics"""
    rollout_steps: int = 5
    """number of steps of the rollouts that are scored, for problems with a time"""
    model: Literal["auto", "fno", "deeponet", "pod-deeponet", "cnn"] = "auto"
    """network; auto takes deeponet for antiderivative and for scattered points, otherwise fno"""
    grid: int = 0
    """points in each direction of the grid on which the network sees functions; 0 takes 64 for
    periodic functions, 33 for darcy, and otherwise all of the data"""
    modes: int = 16
    """Fourier modes in each direction that each layer of fno keeps"""
    width: int = 32
    """number of functions that the layers of fno and cnn pass on"""
    depth: int = 4
    """number of layers of fno"""
    hidden: tuple[int, ...] = (128, 128)
    """units of each hidden layer of deeponet and pod-deeponet"""
    epochs: int = 0
    """maximum number of epochs; 0 takes 80, for darcy 8"""
    learning_rate: float = 2e-3
    batch_size: int = 20
    patience: int = 1000

    def resolved(self):
        made = "" if self.data or self.equation else self.problem
        epochs, loop = self.epochs or EPOCHS.get(made, 80), self.loop
        if made == "darcy" and loop == "auto" and self.network_kind() != "cnn":
            loop = "xla"  # a step takes so long that the compilation pays after few of them
        return replace(self, epochs=epochs, loop=loop)

    def check(self):
        if not self.epochs:
            return self.resolved().check()
        super().check()
        check_range(self, functions=(40, 10**6), test_functions=(10, 10**5), time_steps=(1, 10**5))
        check_range(self, symmetries=(0, 1000), rollout_steps=(1, 1000), modes=(1, 256))
        check_range(self, width=(1, UNITS), depth=(1, 100), hidden=(1, UNITS), grid=(0, ANY))
        check_range(self, points=(0, 10**5), physics=(0, 1e6), labelled=(0, 1))
        self.check_physics()
        self.check_points()
        if not self.data and self.network_kind() == "fno":
            self.check_modes(self.grid_points())

    def grid_points(self):
        """Return the points of the data made here, in each direction."""
        return self.points or (128 if self.equation else POINTS.get(self.problem, 128))

    def check_points(self):
        """Raise UserError for a grid that cannot be halved and doubled."""
        if self.data:
            return
        points, problem = self.grid_points(), self.find_problem()
        ends = 0 if problem.periodic else 1
        if points < 16 or (points - ends) % (4 if problem.periodic else 2):
            kind = "a multiple of 4" if problem.periodic else "odd"
            raise UserError(f"--points must be {kind}, and 16 or more. Received: {points}")
        if self.equation:
            from tasks.operator_data import read_evolution

            read_evolution(self.equation)

    def check_physics(self):
        """Raise UserError for an equation that cannot be learned."""
        if self.physics and (
            self.data or self.problem == "darcy" or self.network_kind() != "deeponet"
        ):
            raise UserError(
                "--physics needs --model deeponet and a problem of one coordinate, beside the time"
            )
        if self.labelled < 1 and not self.physics:
            raise UserError("--labelled below 1 needs --physics: give the weight of the equation")

    def check_modes(self, points):
        """Raise UserError for modes that a grid does not have."""
        problem = self.find_problem()
        is_periodic = problem.periodic if problem else self.periodic
        points = min(self.grid or self.usual_grid(is_periodic) or points, points)
        if self.modes > points // 2:
            raise UserError(
                f"--modes must be at most {points // 2}, half the points of the grid. "
                f"Received: {self.modes}"
            )

    def usual_grid(self, periodic):
        return 64 if periodic else 0 if self.data else GRIDS.get(self.problem, 0)

    def find_problem(self):
        if self.data:
            return None
        problem = PROBLEMS[self.problem]
        if self.equation:
            problem = Problem(self.equation, "periodic", (25.0, 25.0, 2.0), 1.0)
        return problem._replace(mean_free=self.mean_free)

    def network_kind(self):
        """Return the name of the network."""
        if self.model != "auto":
            return self.model
        return "deeponet" if not self.data and self.problem == "antiderivative" else "fno"

    def load(self):
        from datasets.functions import load_function_file
        from tasks.operator_data import simulate

        if self.data:
            data = load_function_file(self.data, self.periodic, self.split_seed)
            self.check_domains(data)
            return data
        name = "own equation" if self.equation else self.problem
        counts = self.functions, self.test_functions, self.grid_points(), self.time_steps
        return simulate(name, self.find_problem(), *counts, self.split_seed)

    def check_domains(self, data):
        """Raise UserError for functions that the network cannot take."""
        source, target = data.context["inputs"], data.context["outputs"]
        if self.network_kind() not in ("fno", "cnn"):
            return
        if not source.is_regular or source.shape != target.shape:
            raise UserError(
                f"--model {self.network_kind()} needs inputs and outputs on the same grid of equal "
                f"steps. Received: inputs at {source.describe()}, outputs at {target.describe()}. "
                "Use --model deeponet"
            )
        if self.network_kind() == "fno":
            self.check_modes(min(source.shape))

    def build_network(self, shape, data):
        from models import fourier, operator_networks

        outputs, kind = len(data.targets), self.network_kind()
        periodic = data.context["outputs"].periodic
        if kind == "fno":
            sizes = self.modes, self.width, self.depth, periodic
            return fourier.fourier_operator(len(shape) - 1, shape[-1], outputs, *sizes)
        if kind == "cnn":
            return operator_networks.cnn(shape, outputs, self.width, periodic=periodic)
        if kind == "deeponet":
            points, waves = self.find_output_points(data), periodic * (len(shape) - 1)
            return operator_networks.deeponet(shape, points, outputs, self.hidden, periodic=waves)
        means, stds = ([getattr(t, name) for t in data.targets] for name in ("mean", "std"))
        values = (self.shape_outputs(*self.encode(data.train, data))[1] - means) / stds
        basis = operator_networks.find_components(values)
        return operator_networks.pod_deeponet(shape, *basis, self.hidden)

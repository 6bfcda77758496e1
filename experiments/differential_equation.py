"""What every experiment on a differential equation has: its network, its optimiser, its truth and its pictures."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from errors import UserError
from experiments.experiment import ANY, LAYER, Training, in_range

FEW_WEIGHTS, SOME_WEIGHTS = 3000, 8000  # as far as Levenberg-Marquardt and Broyden are affordable
LARGEST_JACOBIAN = 2**28  # numbers; a step takes several seconds then
MARCH_EPOCHS, MARCHED = 100, 1e-7  # a part of the time range is done at this part of the first loss
STEPS = {
    "levenberg-marquardt": 5,
    "broyden": 100,
    "lbfgs": 100,
    "adam": 2,
}  # an epoch; one of Adam is a hundred
ADAM_STEPS = 100 * STEPS["adam"]
EULER_STEPS = 1000
ROWS_A_WEIGHT = 4  # fewer points let the residual vanish on them, and be anything between


@dataclass(frozen=True)
class DifferentialEquation(Training):
    """Make the residuals of an equation small.

    A topic defines `words`, and where there is one `truth`, and `classical`, a solver without a network.
    """

    kind: ClassVar = "equation"

    hidden: tuple[int, ...] = (20, 20, 20)
    """units of each hidden layer"""
    activation: Literal["tanh", "sin", "silu", "softplus", "sigmoid"] = "tanh"
    """of the hidden layers"""
    harmonics: int = 3
    """sines and cosines of a periodic coordinate"""
    fourier: int = 0
    """random Fourier features of the other coordinates; 0 for none"""
    spread: float = 0.0
    """steepness of the first layer's units at the start; 0 for Keras' own, 3 suits long time ranges"""
    build_in: Literal["auto", "hard", "soft"] = "auto"
    """conditions: auto builds in what can be and weighs the rest, hard refuses the rest, soft weighs all"""
    optimizer: Literal["auto", "levenberg-marquardt", "broyden", "lbfgs", "adam"] = "auto"
    """auto: the first for up to 3000 weights and not too many points, the second up to 8000, then the third"""
    adam_steps: int = 0
    """steps of Adam before the optimizer"""
    points: int = 0
    """collocation points; 0 for four residuals a weight"""
    condition_points: int = 200
    """points for each condition that is not built in"""
    condition_weight: float = 100.0
    """of the mean square of a condition that is not built in, beside that of the equation"""
    adaptive_weights: bool = False
    """adapt the conditions' weights until each pulls at the network as strongly as the equation"""
    redraw: Literal["auto", "always", "never"] = "auto"
    """after an epoch half of the points move to where the residual is large; auto: if it is larger between the points"""
    marches: int = 1
    """parts of the time range that are taken in one after another, where all at once finds a wrong solution"""
    seconds: float = 0.0
    """most seconds of training; 0 for no limit"""
    precision: Literal["float64", "float32"] = "float64"
    """of the training; float32 is for Adam alone"""
    epochs: int = 100
    patience: int = 30

    def check(self):
        super().check()
        in_range(
            self,
            hidden=(1, LAYER),
            harmonics=(1, 1000),
            fourier=(0, LAYER),
            spread=(0, 1000),
            adam_steps=(0, ANY),
        )
        in_range(self, points=(0, 10**7), condition_points=(1, 10**6), condition_weight=(0, ANY))
        in_range(self, marches=(0, 1000))
        in_range(self, seconds=(0, ANY))
        if self.precision == "float32" and self.optimizer != "adam":
            raise UserError(
                "--precision float32 is too coarse for second order. Give --optimizer adam, or leave it out"
            )

    def words(self):
        """The text: an `equations.equation.Equation`."""
        raise NotImplementedError

    def problem(self):
        """The equation, read and checked: an `equations.problem.Problem`."""
        return self.words().problem()

    def truth(self, problem):
        """The truth, a function of `{coordinate: (n,)}` to `{unknown: (n,)}`; None where nobody knows.

        The closed form, if there is one; else, of ordinary differential equations, the solution of a classical solver.
        """
        from errors import UserError
        from symbolic import formula

        if problem.exact:
            names = problem.coordinates
            functions = {
                name: formula.function(expression, names)
                for name, expression in problem.exact.items()
            }
            return lambda at: {
                name: f(*(at[coordinate] for coordinate in names)) for name, f in functions.items()
            }
        try:
            return self.classical(problem)["SciPy"]() if len(problem.coordinates) == 1 else None
        except (KeyError, UserError):
            return None

    def classical(self, problem):
        """Solvers without a network, to stand beside: `{name: function}`; each, called, solves and returns the solution.

        Of ordinary differential equations, one of high order and the lecture's.
        """
        if problem.constants:
            return {}
        from equations.classical.euler import euler
        from equations.classical.ode import ode
        from equations.classical.solver import classical

        if len(problem.coordinates) > 1:
            return {"classical solver": lambda: classical(problem)}
        return {
            f"forward Euler, {EULER_STEPS} steps": lambda: euler(problem, EULER_STEPS),
            "SciPy": lambda: ode(problem),
        }

    def comparable(self, unknown, values):
        """An unknown's values on the grid as they may be compared, e.g. without a constant that nothing determines."""
        return values

    def true_constants(self):
        """`{constant: value}` of those to be found, where they are known."""
        return {}

    def given_solution(self, problem):
        """The truth at given points alone, `{column: (rows,)}`; None where it is a function, or not known."""
        return None

    def measurements(self, problem):
        """What was measured, `{column: (rows,)}`; None where nothing was."""
        return None

    def network(self, problem, trial):
        """Build the network: `(batch, coordinates)` to `(batch, unknowns)`."""
        from equations.trial_solution import TrialSolution
        from models.pinn import pinn
        from symbolic.written import as_text

        offsets, factors = (
            [as_text(part[name]) for name in problem.unknowns]
            for part in (trial.offset, trial.factor)
        )
        periodic = [problem.coordinates.index(name) for name in trial.periodic]
        return pinn(
            problem.low,
            problem.high,
            len(problem.unknowns),
            self.hidden,
            self.activation,
            periodic,
            self.harmonics,
            self.fourier,
            TrialSolution(problem.coordinates, offsets, factors, dtype=self.precision),
            self.precision,
            self.spread,
        )

    def terms(self, problem, trial, weights):
        """What is to become small, and where: a list of pairs of a `Term` and its points."""
        from equations import terms

        equations = len(problem.residuals)
        interior = terms.interior(problem, self.points or ROWS_A_WEIGHT * weights // equations)
        conditions = terms.soft(problem, trial.soft, self.condition_points, self.condition_weight)
        table = self.measurements(problem)
        return [interior, *conditions] + (
            [] if table is None else [terms.measurements(problem, table, self.condition_weight)]
        )

    def parts_of_time(self):
        """How many parts of the time range are taken in one after another."""
        return max(1, self.marches)

    def phases(self, size, rows):
        """The optimisers one after another, for so many weights and rows of the loss."""
        from training.adam import Adam
        from training.broyden import LBFGS, SelfScaledBroyden
        from training.levenberg_marquardt import LevenbergMarquardt
        from training.residual_model import Phase

        kind = self.optimizer
        if kind == "auto":
            small = size <= FEW_WEIGHTS and size * rows <= LARGEST_JACOBIAN
            kind = (
                "levenberg-marquardt" if small else "broyden" if size <= SOME_WEIGHTS else "lbfgs"
            )
        adam = Adam(size, self.learning_rate, dtype=self.precision)
        if kind == "adam":
            return [Phase(adam, self.epochs, STEPS[kind], self.redraw)]
        optimiser = {
            "levenberg-marquardt": LevenbergMarquardt,
            "broyden": lambda: SelfScaledBroyden(size),
            "lbfgs": lambda: LBFGS(size),
        }[kind]()
        how = STEPS[kind], self.redraw, self.adaptive_weights
        parts = self.parts_of_time()
        reaches = [number / parts for number in range(1, parts)]
        marches = [Phase(optimiser, MARCH_EPOCHS, *how, reach, MARCHED) for reach in reaches]
        warm_up = (
            [Phase(adam, -(-self.adam_steps // ADAM_STEPS), STEPS["adam"], self.redraw)]
            if self.adam_steps
            else []
        )
        return [*warm_up, *marches, Phase(optimiser, self.epochs, *how)]

    def callbacks(self, folder):
        from training.callbacks import equation_callbacks

        learning_rate = self.learning_rate if self.optimizer == "adam" else None
        return equation_callbacks(
            folder, self.patience, self.seconds, learning_rate, self.tensorboard
        )

    def pictures(self, comparison):
        """`{name: figure}` of what `evaluation.solution.Comparison` found."""
        from experiments.equation_pictures import standard_pictures

        return standard_pictures(comparison)

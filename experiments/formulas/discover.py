"""Discover the equation behind measurements: a field u(x, t), or trajectories, in; an equation out.

For example: python train.py discover --data measurements.csv. A network learns the data. Then the
network and an equation with every term of a library are fitted together, and terms are left out as
long as data and equation are explained as well. The remaining coefficients are refined, with
standard errors. The printed text is what `train.py equation --residual` takes, and the run's
`equation.toml` is for `train.py equation --equation`.
"""

from dataclasses import dataclass
from typing import Literal

from errors import UserError
from tasks.differential_equation import FEW_WEIGHTS, LARGEST_JACOBIAN
from tasks.measurements import (
    FEWEST,
    MeasuredField,
    count_rows,
    draw_measurements,
    read_measurements,
    read_names,
)
from tasks.options import ANY, UNITS, FilePath, check_range
from tasks.study import Study

MAX_TERMS = 200  # of all equations together
INIT_SCALE = 6.0  # of a network for trajectories
STEPS = 5  # of the optimiser per epoch


@dataclass(frozen=True)
class Discover(Study):
    data: FilePath = ""
    """measurements as .mat, .npz or a table: a field u over x and t (y, z), or trajectories, a
    column t and one for each unknown function; a solution of Burgers' equation if empty"""
    functions: tuple[str, ...] = ()
    """unknown functions with their coordinates, time last, if the names are different: "h(x,s)"
    "v(x,s)" """
    powers: int = 3
    """largest power of the unknown functions in a term of the library, alone or times a
    derivative"""
    order: int = 3
    """highest derivative in space in the library"""
    library: tuple[str, ...] = ()
    """terms of the library one by one, instead of --powers and --order: "u*u_x" "u_xx" "sin(u)" """
    time_order: Literal[1, 2] = 1
    """order of the time derivative on the left side: 1 for u_t, 2 for u_tt"""
    samples: int = 2000
    """number of measurements that are used, drawn at random from the data; 0 uses all"""
    noise: float = 0.0
    """standard deviation of Gaussian noise that is added, as a fraction of the data's"""
    hidden: tuple[int, ...] = (20, 20, 20)
    """units of each hidden layer"""
    init_scale: float = 0.0
    """scale of the first layer's initial weights, larger for many oscillations; 0 uses Keras'
    default for a field, 6 for trajectories"""
    collocation_points: int = 0
    """number of points where the equations are to hold; 0 takes four residuals per weight"""
    epochs: int = 16
    """maximum number of epochs of the refinement, five steps each"""
    patience: int = 10
    """epochs without a lower validation loss before the refinement stops"""

    def check(self):
        super().check()
        check_range(self, powers=(0, 8), order=(0, 6), samples=(0, 10**5), noise=(0, 10))
        check_range(self, hidden=(1, UNITS), init_scale=(0, 1000), epochs=(1, ANY))
        check_range(self, collocation_points=(0, 10**6), patience=(0, ANY))
        if 0 < self.samples < FEWEST:
            raise UserError(
                f"--samples must be {FEWEST} or larger, or 0 for all. Received: {self.samples}"
            )

    def load(self):
        coordinates, unknowns = read_names(self.data, self.functions)
        table = read_measurements(self.data, coordinates, unknowns)
        used = draw_measurements(table, unknowns, self.samples, self.noise, self.seed)
        library = self.build_library(coordinates, unknowns)
        source = self.data or "a solution of Burgers' equation, u_t = -u*u_x + 0.01/pi*u_xx"
        return MeasuredField(
            f"{count_rows(used)} of {count_rows(table)} rows of {source}",
            (f"library: {', '.join(library)}",),
            coordinates=coordinates,
            unknowns=unknowns,
            table=table,
            measurements=used,
            left=[f"{name}_{coordinates[-1] * self.time_order}" for name in unknowns],
            library=library,
        )

    def build_library(self, coordinates, unknowns):
        """Return the terms that each right side may have, as texts."""
        from symbolic.library import build_library, list_subscripts

        *space, time = coordinates
        speeds = [f"{name}_{time}" for name in unknowns] if self.time_order == 2 else []
        orders = list_subscripts(space, self.order)
        derivatives = [f"{name}_{order}" for order in orders for name in unknowns]
        texts = self.library or build_library([*unknowns, *speeds], derivatives, self.powers)
        if (count := len(texts) * len(unknowns)) > MAX_TERMS:
            raise UserError(
                f"all equations together may have at most {MAX_TERMS} terms, and the library "
                f"makes {count}. Lower --powers or --order"
            )
        return texts

    def build(self, data):
        """Build the network: `(batch, coordinates)` to `(batch, unknowns)`."""
        from models.pinn import pinn

        problem, unknowns = data.problem, len(data.unknowns)
        init_scale = self.init_scale or (INIT_SCALE if len(data.coordinates) == 1 else 0.0)
        network = pinn(problem.low, problem.high, unknowns, self.hidden, init_scale=init_scale)
        residuals = (data.rows + self.collocation_points) * unknowns
        check_size(network.count_params(), residuals)
        return network

    def fit(self, model, data, run):
        """Learn the data, leave out terms, refine the coefficients of the others."""
        from training.discovery import Discovery
        from training.fit import Fit

        run.write_table("measurements", data.measurements)
        discovery = Discovery(
            model,
            data.problem,
            data.left,
            data.library,
            data.measurements,
            self.collocation_points,
            self.seed,
        )
        found = discovery.run(report_error, report_step)
        solved, coefficients = self.refine(discovery, found, data, run)
        conditions = discovery.read_initial_conditions() if len(data.coordinates) == 1 else ()
        texts = write_equation(run.folder, data, coefficients, conditions)
        models = [describe_model(step, discovery.name_terms(step.fit)) for step in found.steps]
        write_discovery(run.folder, texts, coefficients, found.error, models)
        run.write_table("collocation", dict(zip(data.coordinates, solved.points.T, strict=True)))
        return Fit(solved.system, solved.history, solved.failure)

    def refine(self, discovery, found, data, run):
        """Fit the network and the chosen coefficients as the inverse problem that remains.

        Returns: a `training.equation_fit.Solved`, and a dictionary for each coefficient.
        """
        from equations.equation import Equation
        from training.callbacks import standard_callbacks
        from training.equation_fit import fit_equation
        from training.equation_loop import Phase
        from training.levenberg_marquardt import LevenbergMarquardt

        names = [f"c{number}" for number in range(1, len(found.terms) + 1)]
        guesses = dict(zip(names, found.coefficients.tolist(), strict=True))
        texts = format_equations(data.left, found.terms, names)
        problem = Equation(texts, data.domain, unknown=guesses).problem()
        solved = fit_equation(
            discovery.network,
            problem,
            discovery.build_inverse_problem(problem, found.weights),
            [Phase(LevenbergMarquardt(), self.epochs, STEPS, "auto")],
            callbacks=standard_callbacks(run.folder, self.patience, learning_rate=None),
            seed=self.seed,
        )
        return solved, [
            {"equation": side, "term": text, **solved.constants[name]}
            for (side, text), name in zip(found.terms, names, strict=True)
        ]

    def export(self, model, data):
        """Export the network, and the residual of its equation with the derivatives it names."""
        from tasks.solution_export import export_solution

        return export_solution(model, data.problem)

    def scores(self, targets, split, predictions):
        """Return `{target: {metric: value}}` for the rows of a user's file."""
        from evaluation.scores import score

        return score(targets, split.targets, predictions)

    def evaluate(self, run, data):
        """Compare the network and, of trajectories, the equation with all of the data."""
        from evaluation.discovery import evaluate_discovery

        return evaluate_discovery(run, data)


def check_size(weights, residuals):
    """Raise UserError if the Jacobian is too large for Levenberg and Marquardt's method."""
    if weights > FEW_WEIGHTS or weights * (residuals + 4 * weights) > LARGEST_JACOBIAN:
        raise UserError(
            f"{weights} weights and {residuals} residuals are too many. "
            "Lower --hidden, --samples or --collocation-points"
        )


def report_error(error):
    print(f"network     relative error {error:.2g} on held-out data, fitted to the data alone\n")
    print("Unexplained part of data and equation, number of terms, terms")


def report_step(step, terms):
    print(format_model(step, terms), flush=True)


def describe_model(step, terms):
    """Return what `discovery.json` keeps of a model that was tried."""
    coefficients = zip(terms, step.fit.coefficients.tolist(), strict=True)
    return {
        "terms": {f"{side}: {text}": value for (side, text), value in coefficients},
        "unexplained": step.fit.loss**0.5,
        "criterion": step.criterion,
        "kept": step.kept,
    }


def format_model(step, terms):
    """Return a line about a model that was tried."""
    several = len({side for side, _ in terms}) > 1
    texts = ", ".join(f"{text} in {side}" if several else text for side, text in terms)
    verdict = "" if step.kept else "   (not enough)"
    return f"  {step.fit.loss**0.5:8.2e}  {len(terms):3}  {texts}{verdict}"


def format_equations(left, terms, coefficients):
    """Return the equations as texts, such as "u_t = -1.002*u*u_x + 0.0032*u_xx".

    Args:
        left: left side of each equation.
        terms: `(left side, text)` of each term.
        coefficients: a number, or a name, for each term.
    """
    from symbolic.library import format_sum

    chosen = list(zip(terms, coefficients, strict=True))
    sums = [format_sum({text: c for (own, text), c in chosen if own == side}) for side in left]
    return [f"{side} = {right}" for side, right in zip(left, sums, strict=True)]


def write_equation(folder, data, coefficients, conditions):
    """Print the equations, write them to `equation.toml`, and return them as texts."""
    from equations.equation import Equation
    from equations.equation_file import to_toml

    terms = [(one["equation"], one["term"]) for one in coefficients]
    texts = format_equations(data.left, terms, [one["value"] for one in coefficients])
    print("\nDiscovered\n" + "\n".join(f"  {text}" for text in texts))
    equation = Equation(texts, data.domain, conditions)
    (folder / "equation.toml").write_text(to_toml(equation), encoding="utf-8")
    return texts


def write_discovery(folder, texts, coefficients, error, models):
    """Write `discovery.json`: the equations, their coefficients, and how they were found."""
    from runs.config import write_json

    found = {"equations": texts, "coefficients": coefficients}
    write_json(folder / "discovery.json", found | {"error_of_network": error, "models": models})

"""Discover the equation behind measurements: a field u(x, t), or trajectories, in; an equation out.

For example: python train.py discover --data measurements.csv. A network learns the data. Then the
network and an equation with every term of a library are fitted together, and terms are left out as
long as data and equation are explained as well. The remaining coefficients are refined, with
intervals. The printed text is what `train.py equation --residual` takes, and the run's
`equation.toml` is for `train.py equation --equation`.
"""

from dataclasses import dataclass
from typing import Literal

from errors import UserError
from tasks.measurements import MeasuredField, count_rows
from tasks.options import ANY, UNITS, FilePath, check_range
from tasks.phases import FEW_WEIGHTS, LARGEST_JACOBIAN
from tasks.read_measurements import (
    FEWEST,
    describe_runs,
    draw_measurements,
    read_measurements,
    read_names,
)
from tasks.study import Study

MAX_TERMS = 200  # of all equations together
INIT_SCALE = 6.0  # of a network for trajectories
STEPS = 5  # of the optimiser per epoch


@dataclass(frozen=True)
class Discover(Study):
    data: FilePath = ""
    """measurements as .mat, .npz or a table: a field u over x and t (y, z), or trajectories, a
    column t and one for each unknown function; a solution of Burgers' equation if empty"""
    run: str = ""
    """column that says to which of several trajectories a row belongs; they share the equation, and
    each has its own initial values; if empty, a column named such as "run" is found"""
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
        coordinates, unknowns, run = read_names(self.data, self.functions, self.run)
        table = read_measurements(self.data, coordinates, unknowns, run)
        unknowns, run, remarks = describe_runs(table, unknowns, run, self.run)
        used = draw_measurements(table, unknowns, self.samples, self.noise, self.seed)
        library = self.build_library(coordinates, unknowns)
        source = self.data or "a solution of Burgers' equation, u_t = -u*u_x + 0.01/pi*u_xx"
        return MeasuredField(
            f"{count_rows(used)} of {count_rows(table)} rows of {source}",
            (*remarks, f"library: {', '.join(library)}"),
            coordinates=coordinates,
            unknowns=unknowns,
            table=table,
            measurements=used,
            left=[f"{name}_{coordinates[-1] * self.time_order}" for name in unknowns],
            library=library,
            run=run,
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
        from models.select_run import SelectRun

        problem, unknowns, runs = data.scaled, len(data.unknowns), len(data.runs) or 1
        init_scale = self.init_scale or (INIT_SCALE if len(data.coordinates) == 1 else 0.0)
        # The number of the run is a second input, which takes its share of the scale.
        init_scale *= (len(problem.coordinates) / len(data.coordinates)) ** 0.5
        network = pinn(
            problem.low,
            problem.high,
            unknowns * runs,
            self.hidden,
            init_scale=init_scale,
            trial=SelectRun(runs, dtype="float64") if data.run else None,
        )
        residuals = (data.rows + self.collocation_points) * unknowns
        check_size(network.count_params(), residuals)
        return network

    def fit(self, model, data, run):
        """Learn the data, leave out terms, refine the coefficients of the others."""
        from tasks.discovered_network import Solution
        from tasks.discovery_files import describe_verdict, report_learned, write_discovery
        from training.discovery import Discovery
        from training.discovery_verdict import judge_network
        from training.fit import Fit

        run.write_table("measurements", data.measurements)
        discovery = Discovery(
            model,
            data.scaled,
            data.left,
            data.library,
            data.training_table,
            data.scaled_ranges,
            self.collocation_points,
            self.seed,
        )
        learned = discovery.learn()
        report_learned(learned)
        if verdict := judge_network(data.unknowns, learned):
            write_discovery(run.folder, verdict, learned, data.unknowns)
            run.update(verdict=describe_verdict(verdict))
            return Fit(Solution(model, data.problem, None), {}, verdict)
        return self.find_equations(discovery, learned, data, run)

    def find_equations(self, discovery, learned, data, run):
        """Find the equations of a network that has learned the data. Returns a `Fit`."""
        from tasks.discovered_network import Solution
        from tasks.discovery_files import (
            describe_coefficients,
            describe_model,
            describe_verdict,
            format_equations,
            report_step,
            restore_history,
            write_discovery,
            write_equations,
        )
        from training.discovery_verdict import CONVERGED, hint_at_library, judge_model
        from training.fit import Fit

        print("Unexplained part of data and equation, number of terms, terms")
        found = discovery.choose_terms(report_step)
        names = [f"c{number}" for number in range(1, len(found.terms) + 1)]
        texts = format_equations(data.left, found.terms, names)
        solved = self.refine(discovery, *discovery.build_inverse_problem(found, texts, names), run)
        values = [solved.constants[name]["value"] for name in names]
        assessment, errors, *better = discovery.assess(found, values, solved.points)
        restore_history(solved.history, names, found.units)
        coefficients = describe_coefficients(found, solved.constants, errors, data)
        parts = {
            "models": [describe_model(step, discovery.name_terms(step.fit)) for step in found.steps]
        }
        failure = solved.failure or judge_model(data.left, data.unknowns, learned, assessment)
        if not failure:
            runs = range(len(data.runs) or 1) if len(data.coordinates) == 1 else ()
            conditions = [discovery.read_initial_conditions(number) for number in runs] or [()]
            parts |= write_equations(run.folder, data, coefficients, conditions)
            hint = hint_at_library(data.left, learned, assessment, *better)
            print(f"\nhint: {hint}\n" if hint else "")
            parts |= {"coefficients": coefficients, "hint": hint}
        verdict = failure or CONVERGED
        write_discovery(run.folder, verdict, learned, data.unknowns, **parts)
        run.update(verdict=describe_verdict(verdict))
        run.write_table("collocation", data.restore_points(solved.points))
        constants = {name: one["value"] for name, one in zip(names, coefficients, strict=True)}
        problem = data.read_problem(texts, unknown=constants)
        return Fit(Solution(discovery.network, problem, constants), solved.history, failure)

    def refine(self, discovery, problem, terms, run):
        """Fit the network and the chosen coefficients as the inverse problem that remains."""
        from training.callbacks import standard_callbacks
        from training.equation_fit import fit_equation
        from training.equation_loop import Phase
        from training.levenberg_marquardt import LevenbergMarquardt

        return fit_equation(
            discovery.network,
            problem,
            terms,
            [Phase(LevenbergMarquardt(), self.epochs, STEPS, "auto")],
            callbacks=standard_callbacks(run.folder, self.patience, learning_rate=None),
            seed=self.seed,
        )

    def export(self, model, data):
        """Export the network, and the residual of its equation with the derivatives it names."""
        from tasks.discovered_network import export_network

        return export_network(model, data)

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

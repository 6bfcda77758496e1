"""Differential equations: a network whose residuals vanish, beside classical solvers."""

from dataclasses import dataclass, fields, replace
from typing import ClassVar

from errors import UserError
from tasks.equation_options import ResidualOptions
from tasks.experiment import Experiment

ORDINARY, PARTIAL = (16, 16), (20, 20, 20)  # hidden layers for one coordinate, and for more
STEEP = 3.0  # scale of the first layer's initial weights for one coordinate
EULER_STEPS = 1000
CHECKED = 1e-3  # relative error of the classical solution that a network is checked against
# Options of a second and a third training, where the first one finds a wrong solution.
MORE_WINDOWS, STEEPER, LARGER = 10, 6.0, (30, 30, 30)
RESIDUALS_PER_WEIGHT = 4  # with fewer points the residual may vanish on them and nowhere else


@dataclass(frozen=True)
class DifferentialEquation(ResidualOptions, Experiment):
    """Solve a differential equation by making its residuals small.

    A topic defines `text`, the equation; where there is one `truth`, and `solvers`.
    """

    text: ClassVar = None  # `equations.equation.Equation`

    # The equation

    def load(self):
        from equations.classical.solver import look_at
        from equations.find_scales import find_scales
        from equations.formulation import Formulation
        from equations.trial import build_trial_solution

        text = self.read_text()
        problem = text.problem()
        measurements, reference = self.measurements(problem), self.reference_table(problem)
        scaled = find_scales(problem, measurements, look_at)
        trial = build_trial_solution(scaled, self.constraints, 1 / self.count_time_windows())
        return Formulation(text, problem, scaled, trial, measurements, reference)

    def read_text(self):
        """Return the equation as an `equations.equation.Equation`."""
        return self.text

    def measurements(self, problem):
        """Return measurements to fit to, `{column: (rows,)}`; None if there are none."""
        return None

    def measurement_noise(self, problem):
        """Return `{unknown: standard deviation of its measurements}`, if known."""
        return {}

    def reference_table(self, problem):
        """Return a solution to compare with, `{column: (rows,)}`; None if there is none."""
        return None

    def truth(self, problem):
        """Return the solution as a function of `{coordinate: (n,)}` to `{unknown: (n,)}`, or None
        if it is not known: the closed form, if there is one."""
        from symbolic import formula

        if not problem.exact:
            return None
        names = problem.coordinates
        functions = {
            name: formula.compile_function(text, names) for name, text in problem.exact.items()
        }
        return lambda at: {u: f(*(at[name] for name in names)) for u, f in functions.items()}

    def solvers(self, data):
        """Return classical solvers, `{name: function}`; each, called, returns a `Classical`."""
        from equations.classical.solver import solve_by_euler, solve_classically

        problem = data.scaled
        if problem.constants:
            return {}
        solvers = {"classical solver": lambda: data.restore(solve_classically(problem))}
        values = [value for condition in problem.conditions for value in condition.values]
        initial = all(tuple(value.place.values()) == problem.low for value in values)
        if initial and len(problem.coordinates) == 1:
            euler = "forward Euler"
            solvers[euler] = lambda: data.restore(solve_by_euler(problem, EULER_STEPS))
        return solvers

    def true_constants(self):
        """Return `{constant: value}` of unknown constants, if the true values are known."""
        return {}

    def comparable(self, unknown, values):
        """Return an unknown's values as they may be compared, e.g. without a free constant."""
        return values

    def count_time_windows(self):
        return max(1, self.time_windows)

    # The training

    def build(self, data):
        """Build the network: `(batch, coordinates)` to `(batch, unknowns)`."""
        from equations.trial_solution import TrialSolution
        from models.pinn import pinn
        from symbolic.printing import format_text

        problem, trial = data.scaled, data.trial
        offsets = [format_text(trial.offset[name]) for name in problem.unknowns]
        factors = [format_text(trial.factor[name]) for name in problem.unknowns]
        solution = TrialSolution(problem.coordinates, offsets, factors, dtype=self.precision)
        is_ordinary = len(problem.coordinates) == 1
        return pinn(
            problem.low,
            problem.high,
            len(problem.unknowns),
            self.hidden or (ORDINARY if is_ordinary else PARTIAL),
            self.activation,
            [problem.coordinates.index(name) for name in trial.periodic],
            self.harmonics,
            self.fourier_features,
            solution,
            self.precision,
            self.init_scale or (STEEP if is_ordinary else 0.0),
        )

    def terms(self, data, weights):
        """Return what is to become small, and where: pairs of a `Term` and its points.

        Args:
            data: the `Formulation`.
            weights: number of weights of the network.
        """
        from equations import terms

        problem = data.scaled
        points = self.collocation_points
        points = points or RESIDUALS_PER_WEIGHT * weights // len(problem.residuals)
        conditions = terms.build_conditions(
            problem, data.trial.soft, self.condition_points, self.condition_weight
        )
        measured = []
        if data.measurements is not None:
            table = problem.scales.scale_table(data.measurements)
            measured = terms.build_measurement_terms(problem, table)
        return [terms.build_interior(problem, points), *conditions, *measured]

    def callbacks(self, run):
        from training.callbacks import StopAfter, standard_callbacks

        learning_rate = self.learning_rate if self.optimizer == "adam" else None
        callbacks = standard_callbacks(
            run.folder, self.patience, learning_rate, tensorboard=self.tensorboard
        )
        return [*callbacks, *([StopAfter(self.seconds)] if self.seconds else [])]

    def fit(self, model, data, run):
        """Train; where the solution turns out to be wrong, train again with other options."""
        from equations.equation_file import to_toml
        from tasks.inverse import write_band
        from training.fit import Fit
        from training.uncertainty import format_constants

        (run.folder / "equation.toml").write_text(to_toml(data.text), encoding="utf-8")
        attempts, found = [{}, *self.alternatives(data)], []
        for number in range(run.progress.get("attempt", 0), len(attempts)):
            if found:
                options = ", ".join(f"{name} {value}" for name, value in attempts[number].items())
                print(f"\n{found[-1][1].text}\nTraining again with {options}")
                run.snapshot.unlink(missing_ok=True)
                run.update(attempt=number)
            other = replace(self, **attempts[number])
            stated = data if other == self else other.restate(data)
            solved = other.solve(model if other == self else other.build(stated), stated, run)
            found.append((solved, other.judge(solved, data)))
            if found[-1][1].converged or not found[-1][1].is_known or solved.ending:
                break
        solved, verdict = min(found, key=lambda pair: (not pair[1].converged, pair[1].error))
        points = dict(zip(data.problem.coordinates, solved.points.T, strict=True))
        run.write_table("collocation", data.scaled.scales.restore_table(points))
        run.update(
            constants=solved.constants,
            compile_seconds=solved.compile_seconds,
            verdict=verdict._asdict(),
        )
        write_band(solved, data, run)
        if solved.constants:
            print(f"\n{format_constants(solved.constants)}")
        print(f"\n{verdict.text}")
        is_wrong = verdict.is_known and not (verdict.converged or self.is_limited())
        wrong = verdict.text if is_wrong else ""
        return Fit(solved.system, solved.history, solved.failure or wrong, solved.ending)

    def watch(self, model, data):
        from tasks.watched_solution import watch_solution

        return watch_solution(model, data, self.comparable)

    def solve(self, model, data, run):
        """Train once. Returns a `training.equation_fit.Solved`."""
        from tasks import inverse
        from tasks.phases import choose_phases
        from training.equation_fit import fit_equation

        weights = model.count_params() + len(data.scaled.constants)
        terms = self.terms(data, weights)
        residuals = sum(region.count * len(term.names) for term, region in terms)
        noise = self.measurement_noise(data.problem)
        return fit_equation(
            model,
            inverse.start_constants(model, data, self.seed),
            terms,
            choose_phases(self, weights, residuals, self.count_time_windows()),
            callbacks=[*self.callbacks(run), *self.watching(model, data, run)],
            seed=self.seed,
            tolerance=self.tolerance,
            snapshot=run.snapshot,
            snapshot_seconds=self.snapshot_seconds,
            weigh_measurements=inverse.weigh_measurements(data, noise, self.measurement_weight),
        )

    def judge(self, solved, data):
        """Return the `training.verdict.Verdict`, by a classical solution where there is one."""
        from training.verdict import judge_solution

        problem = data.scaled.insert_constants(solved.system.read_constants())
        try:
            reference = self.solve_roughly(data, problem)
        except UserError:
            reference = None
        return judge_solution(solved, data.scaled, reference)

    def solve_roughly(self, data, problem):
        """Return the `Classical` against which the network is checked.

        Args:
            data: the `Formulation`.
            problem: its scaled problem, with the constants that were found.

        Raises: UserError if there is none.
        """
        from equations.classical.solver import solve_classically

        return solve_classically(problem, CHECKED)

    def is_limited(self):
        """Whether the user asked for a short training, whose solution need not be right."""
        usual = {one.name: one.default for one in fields(self)}["epochs"]
        return bool(self.seconds) or self.epochs < usual

    def alternatives(self, data):
        """Return the options to train with where the solution is wrong, `{option: value}` each."""
        from equations.terms import find_time

        if self.is_limited() or self.attempts == 1:
            return []
        if find_time(data.scaled) is None:
            others = [{"init_scale": STEEPER}, {"init_scale": STEEPER, "hidden": LARGER}]
        else:
            marching = {"init_scale": STEEP, "time_windows": MORE_WINDOWS}
            others = [marching, marching | {"hidden": LARGER, "time_windows": 3 * MORE_WINDOWS}]
        return others[: self.attempts - 1]

    def restate(self, data):
        """Return the `Formulation` with the trial solution that these options ask for."""
        from equations.trial import build_trial_solution

        rise = 1 / self.count_time_windows()
        return replace(data, trial=build_trial_solution(data.scaled, self.constraints, rise))

    def export(self, model, data):
        """Export the solution, and its residual with the derivatives that the equation names."""
        from tasks.solution_export import export_solution

        return export_solution(model, data.problem, data.scaled.scales)

    # The comparison

    def baselines(self, data):
        from evaluation.solvers import run_solvers

        return run_solvers(self.solvers(data))

    def animate(self, run, data):
        from evaluation.animation import animate_frames
        from tasks.watched_solution import solve_for_scene

        return animate_frames(run, solve_for_scene(self, data) if run.frames else None)

    def evaluate(self, run, data):
        from evaluation.solution import Comparison

        print("Solving the equation by classical methods, where they apply ...")
        comparison = Comparison(self, run, data, self.baselines(data))
        print(run.config.get("verdict", {}).get("text", ""))
        return comparison.evaluation(self.figures(comparison))

    def figures(self, comparison):
        """Return `{name: figure}` of an `evaluation.solution.Comparison`."""
        from evaluation.solution_figures import draw_solution

        return draw_solution(comparison)

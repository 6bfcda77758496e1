"""Hidden physics: an unknown term of an equation, learned from scattered measurements.

A field u(x, t) is measured at random points, with noise, and follows

    u_t = N(u, u_x, u_xx, ...)

with an unknown right side. A network learns u, a second one N. After a fit to the measurements
alone, Levenberg and Marquardt's method lowers the residuals of both networks together, so that what
N can explain smooths the derivatives of u. No library of terms is needed; `distil` turns N into a
formula afterwards. Expect N to 2 %, of Burgers' and of the Korteweg-de Vries equation, and
`-u*u_x + 0.0997*u_xx` and `-6*u*u_x - u_xxx` as formulas.

For example: python train.py hidden-physics --problem kdv
             python train.py hidden-physics --data measurements.csv
             python train.py distil --from saved_models/hidden-physics
"""

from dataclasses import dataclass
from typing import Literal

from errors import UserError
from tasks.options import ANY, UNITS, FilePath, check_range
from tasks.phases import FEW_WEIGHTS, LARGEST_JACOBIAN
from tasks.study import Study

INIT_SCALE = {"burgers": 0.0, "kdv": 3.0}  # of the field's first layer; solitons are many waves


@dataclass(frozen=True)
class HiddenPhysics(Study):
    problem: Literal["burgers", "kdv"] = "burgers"
    """equation of the simulation: Burgers, u_t = -u u_x + 0.1 u_xx, or Korteweg-de Vries with two
    solitons, u_t = -6 u u_x - u_xxx"""
    data: FilePath = ""
    """measurements as a table, .npz or .mat with x, t and u; a simulation if empty"""
    functions: tuple[str, ...] = ()
    """unknown function with its coordinates, time last, if the names are different: "h(z,s)" """
    order: int = 0
    """highest derivative in space that the term depends on; 0 takes 3 for kdv, otherwise 2"""
    samples: int = 2000
    """number of measurements that are used, drawn at random"""
    noise: float = 0.01
    """standard deviation of Gaussian noise that is added to a simulation, as a fraction of u's"""
    hidden: tuple[int, ...] = (20, 20, 20)
    """units of each hidden layer of the field"""
    init_scale: float = 0.0
    """scale of the initial weights of the field's first layer, larger for many oscillations; 0 uses
    3 for kdv, otherwise Keras' default"""
    term_hidden: tuple[int, ...] = (16, 16)
    """units of each hidden layer of the term"""
    collocation_points: int = 2000
    """number of points where the equation is to hold"""
    weight: float = 1.0
    """weight of the equation beside the measurements"""
    epochs: int = 60
    """maximum number of steps in which both networks are fitted together"""
    patience: int = 20
    """steps without a lower error of held-out measurements before the fit stops"""

    def check(self):
        super().check()
        check_range(self, order=(0, 4), samples=(100, 10**5), noise=(0, 10), weight=(1e-9, 1e9))
        check_range(self, hidden=(1, UNITS), term_hidden=(1, UNITS), epochs=(1, ANY))
        check_range(self, init_scale=(0, 1000), collocation_points=(10, 10**5), patience=(0, ANY))

    @property
    def formula(self):
        """The term of the simulation; "" if it is not known."""
        from tasks.hidden_field import SIMULATIONS

        return "" if self.data else SIMULATIONS[self.problem]().formula

    def load(self):
        from tasks.hidden_field import load_hidden_field

        return load_hidden_field(self)

    def build(self, data):
        from models.hidden_physics import hidden_physics

        init_scale = self.init_scale or (0.0 if self.data else INIT_SCALE[self.problem])
        box, units = (data.scaled.low, data.scaled.high), (self.hidden, self.term_hidden)
        model = hidden_physics(*box, data.order, *units, init_scale)
        check_size(model.count_params(), data.rows + (data.order + 2) * self.collocation_points)
        return model

    def fit(self, model, data, run):
        """Learn the measurements, then both networks together."""
        from tasks.discovery_files import describe_verdict
        from training.discovery_verdict import CONVERGED, judge_network
        from training.fit import Fit
        from training.hidden_term import learn_hidden_term

        points = self.collocation_points
        history, sizes, learned = learn_hidden_term(
            model, data.scaled, data.training_table, points, self.weight, self.epochs,
            self.patience, self.seed,
        )  # fmt: skip
        run.write_table("measurements", data.measurements)
        failure = judge_network(data.unknowns, learned)
        run.update(verdict=describe_verdict(failure or CONVERGED))
        return Fit((model, sizes), history, failure)

    def export(self, model, data):
        """Export the field, its derivatives, and the term as a function of them."""
        from tasks.hidden_export import export_hidden_physics

        return export_hidden_physics(*model, data)

    def find_function(self, data):
        """Return derivatives of the field, of which the endpoint `term` has the term."""
        from tasks.hidden_export import list_derivatives

        return lambda run: (list_derivatives(run, data), "term")

    def baselines(self, data):
        """Return the equation that sparse regression finds in the same measurements."""
        import time

        from evaluation.baselines import Baseline
        from symbolic.formula import compile_function, parse
        from tasks.hidden_field import discover_terms

        start = time.perf_counter()
        text, field = discover_terms(data, self.hidden, self.seed)
        term = compile_function(parse(text, data.names), data.names)
        endpoints = {
            "serve": lambda at: {name: x.numpy() for name, x in field(at).items()},
            "term": lambda at: {"N": term(*(at[name] for name in data.names))},
        }
        return {f"discover: {text}": Baseline(endpoints, time.perf_counter() - start)}

    def scores(self, targets, split, predictions):
        """Return `{target: {metric: value}}` for the rows of a user's file."""
        from evaluation.scores import score

        return score(targets, split.targets, predictions)

    def evaluate(self, run, data):
        from evaluation.hidden_physics import evaluate_hidden_physics

        return evaluate_hidden_physics(run, data, self.baselines(data))


def check_size(weights, rows):
    """Raise UserError if the Jacobian is too large for Levenberg and Marquardt's method."""
    if weights > FEW_WEIGHTS or weights * (rows + 4 * weights) > LARGEST_JACOBIAN:
        raise UserError(
            f"{weights} weights and {rows} rows are too many. Lower --hidden, --term-hidden, "
            "--samples or --collocation-points"
        )

"""A formula as a calculation graph: derivatives forward, backward, by symbols and by differences.

For example: python train.py autodiff --formula "max(w1*x1 + w2*x2, x3)" --at w1=1 w2=2 x1=3 x2=-1
Expect the tape and the adjoints of the lecture to agree with the exact derivative to 1e-16, and the
best difference quotients to 1e-8 (forward) and 1e-11 (central).
"""

from dataclasses import dataclass

from errors import UserError, suggest
from tasks.study import Study, Subject

DIGITS = 30  # of the exact derivative
STEPS = range(1, 16)  # h = 10^-1 to 10^-15
MAX_DRAWN = 60  # nodes; a larger graph cannot be read


@dataclass(frozen=True, kw_only=True)
class Derivation(Subject):
    """A formula at a point, differentiated by symbols and by the steps of the lecture.

    Args:
        expression: the formula in SymPy.
        point: `{variable: number}`.
        derivatives: `{variable: symbolic derivative}`.
        graph: calculation graph.
        values: `{node: number}` of the forward pass.
        adjoints: `{node: derivative of the formula by the node}` of the backward pass.
    """

    expression: object
    point: dict
    derivatives: dict
    graph: object
    values: dict
    adjoints: dict


@dataclass(frozen=True)
class Autodiff(Study):
    formula: str = "sqrt(x^2 + exp(x^2))"
    """formula of numbers, variables, + - * / ^, exp, log, sqrt, sin, cos, tan, tanh, abs, max, min,
    pi and the like"""
    at: tuple[str, ...] = ()
    """point at which to differentiate, e.g. x=0.5 y=2; variables without a value get 0.5, 1, 1.5,
    ... in alphabetical order"""

    def check(self):
        super().check()
        self.parse()

    def parse(self):
        """Return the formula and the point, `(expression, {variable: number})`."""
        from symbolic import formula

        expression = formula.parse(self.formula)
        names = formula.list_variables(expression)
        if not names:
            raise UserError(
                f"--formula must depend on a variable. Received: {self.formula!r}, a constant"
            )
        point = {name: (index + 1) / 2 for index, name in enumerate(names)}
        for text in self.at:
            name, equals, value = (part.strip() for part in text.partition("="))
            if not equals or not value:
                raise UserError(
                    f"--at must be a variable and a number, e.g. x=0.5. Received: {text!r}"
                )
            if name not in point:
                raise UserError(
                    f"--at has {name!r}, which is not in the formula.{suggest(name, names)} "
                    f"The variables are {', '.join(names)}"
                )
            number = formula.parse(value)
            if formula.list_variables(number):
                raise UserError(f"--at {name} must be a number. Received: {value!r}")
            point[name] = float(number)
        return expression, point

    def load(self):
        from symbolic.calculation_graph import build_graph, calculate
        from symbolic.calculus import differentiate, is_kinked

        expression, point = self.parse()
        graph = build_graph(expression)
        values, adjoints = self.propagate(graph, point)
        derivatives = {name: differentiate(expression, name) for name in point}
        for name, derivative in derivatives.items():
            steps = build_graph(derivative).steps if derivative.free_symbols else {}
            check_finite(calculate(steps, point), point, f"the derivative by {name}")
        remarks = []
        if len(graph.nodes) > MAX_DRAWN:
            remarks.append(f"the graph is not drawn: it has {len(graph.nodes)} nodes")
        if is_kinked(expression, graph.variables):
            remarks.append("the formula has kinks, where the methods find different derivatives")
        return Derivation(
            source=self.formula,
            remarks=tuple(remarks),
            expression=expression,
            point=point,
            derivatives=derivatives,
            graph=graph,
            values=values,
            adjoints=adjoints,
        )

    def propagate(self, graph, point):
        """Return the values of all nodes, forward, and their adjoints, backward."""
        from symbolic.calculation_graph import calculate, derive_adjoints, name_adjoint

        values = calculate(graph.steps, point)
        check_finite(values, point, self.formula, graph.steps)
        results = calculate(derive_adjoints(graph), values)
        adjoints = {node: results[name_adjoint(node)] for node in graph.nodes}
        check_finite(adjoints, point, "the derivative")
        return values, adjoints

    def build(self, data):
        from symbolic.graph_model import build_graph_model

        return build_graph_model(data.graph)

    def fit(self, model, data, run):
        """Train nothing; the history is the forward and the backward pass, a row per node."""
        from training.fit import Fit

        nodes = data.graph.nodes
        history = {
            "node": list(nodes),
            "step": [str(data.graph.steps.get(node, node)) for node in nodes],
            "value": [data.values[node] for node in nodes],
            "adjoint": [data.adjoints[node] for node in nodes],
        }
        return Fit(model, history)

    def export(self, model, data):
        import tensorflow as tf

        from datasets.dataset import Column
        from runs.endpoint import Endpoint, Export

        names = data.graph.variables

        def serve(inputs):
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                value = model(inputs)
            gradient = tape.gradient(value, inputs, unconnected_gradients="zero")
            return {"f": value, **{f"df/d{name}": gradient[name] for name in names}}

        columns = tuple(Column(name, dtype="float64") for name in names)
        return Export(model, {"serve": Endpoint(serve, columns)})

    def evaluate(self, run, data):
        import numpy as np

        from evaluation.evaluation import Evaluation, Headline
        from lectures.difference_quotients import compute_quotients

        names = data.graph.variables
        exact = evaluate_exactly(data.derivatives, data.point)
        size = np.linalg.norm(exact) or 1.0

        def relative_error(derivatives):
            return np.linalg.norm(derivatives - exact, axis=-1) / size

        answers = {
            name: y[0] for name, y in run.predict({n: [data.point[n]] for n in names}).items()
        }
        tape = np.array([answers[f"df/d{name}"] for name in names])
        adjoints = np.array([data.adjoints[name] for name in names])
        errors = {
            "tape of the SavedModel": float(relative_error(tape)),
            "adjoints written out": float(relative_error(adjoints)),
        }
        steps = 10.0 ** -np.array(STEPS)
        quotients = compute_quotients(lambda inputs: run.predict(inputs)["f"], data.point, steps)
        by_step = {name: relative_error(rows) for name, rows in quotients.items()}
        # Outside the domain of the formula a quotient is NaN.
        by_step = {name: np.where(np.isnan(x), np.inf, x) for name, x in by_step.items()}
        best = {name: x.argmin() for name, x in by_step.items()}
        best_quotients = {f"{name}, best h": quotients[name][n] for name, n in best.items()}
        costs = [["method", "operations"], *map(list, self.count_costs(data).items())]
        tables = {
            f"f = {self.formula} = {answers['f']:.10g}": [
                ["variable", "at", "symbolic derivative", "exact", "tape", *best_quotients],
                *(
                    [name, x, str(data.derivatives[name]), *map(float, values)]
                    for (name, x), *values in zip(
                        data.point.items(), exact, tape, *best_quotients.values(), strict=True
                    )
                ),
            ],
            "relative error of the derivative": [
                ["method", "error", "step h"],
                *([name, error, ""] for name, error in errors.items()),
                *(
                    [f"{name}, best h", float(by_step[name][n]), float(steps[n])]
                    for name, n in best.items()
                ),
            ],
            "operations for the value and all derivatives": costs,
        }
        lowest = min(float(x.min()) for x in by_step.values())
        tape_error = errors["tape of the SavedModel"]
        headline = "relative error of the derivative", tape_error, lowest, "difference quotient"
        quotient_errors = {name.replace(" ", "_"): x.tolist() for name, x in by_step.items()}
        return Evaluation(
            Headline(*headline),
            tables,
            self.draw(data, steps, by_step, tape_error),
            {"errors": {"step": steps.tolist(), **quotient_errors}, "operations": costs},
        )

    def count_costs(self, data):
        """Return the operations of each method for the value and all derivatives, by SymPy."""
        import sympy

        from symbolic.calculation_graph import count_operations, derive_adjoints, derive_tangents

        graph, written_out = data.graph, [data.expression, *data.derivatives.values()]
        shared, rest = sympy.cse(written_out)
        value, count = count_operations(graph.steps.values()), len(graph.variables)
        tangents = [derive_tangents(graph, name).values() for name in graph.variables]
        return {
            "value alone": value,
            "symbolic derivatives, written out": count_operations(written_out),
            "symbolic derivatives, common sub-expressions once": count_operations(
                [*(step for _, step in shared), *rest]
            ),
            "reverse mode": value + count_operations(derive_adjoints(graph).values()),
            "forward mode": value + sum(count_operations(steps) for steps in tangents),
            # Each quotient needs x + h (and x - h), a difference and a division.
            "forward differences": (count + 1) * value + 3 * count,
            "central differences": (2 * count + 1) * value + 4 * count,
        }

    def draw(self, data, steps, errors, tape_error):
        import sympy

        from lectures.difference_quotients import ORDERS
        from plots.differentiation import plot_calculation_graph, plot_difference_errors

        graph = data.graph
        title = f"f = {self.formula} at {format_point(data.point)}"
        levels = {"reverse mode (tape)": tape_error}
        figures = {"differences": plot_difference_errors(steps, errors, ORDERS, levels, title)}
        if len(graph.nodes) > MAX_DRAWN:
            return figures
        labels = {node: to_tex(sympy.Symbol(node)) for node in graph.nodes}
        labels |= {node: f"{labels[node]} = {to_tex(step)}" for node, step in graph.steps.items()}
        picture = plot_calculation_graph(labels, graph.edges, data.values, data.adjoints, title)
        return {"graph": picture, **figures}


def evaluate_exactly(derivatives, point):
    """Return symbolic derivatives at a point, computed with 30 digits, `(variables,)`."""
    import numpy as np
    import sympy

    numbers = {sympy.Symbol(name, real=True): sympy.Float(x, DIGITS) for name, x in point.items()}
    return np.array([float(d.evalf(DIGITS, subs=numbers)) for d in derivatives.values()])


def check_finite(values, point, what, steps=None):
    """Raise UserError for the first value that is infinite or NaN.

    Args:
        values: `{node: number}`.
        point: `{variable: number}`, for the message.
        what: what the values are, in words.
        steps: `{node: its formula}`, for the message.
    """
    import math

    for name, value in values.items():
        if not math.isfinite(value):
            where = f", in {name} = {steps[name]}" if steps and name in steps else ""
            raise UserError(
                f"{what} is not a finite number at {format_point(point)}{where}. "
                "Choose a different point with --at"
            )


def format_point(point):
    return ", ".join(f"{name} = {x:g}" for name, x in point.items())


def to_tex(expression):
    import sympy

    return f"${sympy.latex(expression, fold_short_frac=True, mul_symbol='dot')}$"

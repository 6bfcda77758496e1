"""A formula as a calculation graph: its derivatives forward, back, by symbols and by differences.

For example: python train.py autodiff --formula "max(w1*x1 + w2*x2, x3)" --at w1=1 w2=2 x1=3 x2=-1 x3=0.5
"""

from dataclasses import dataclass

from errors import UserError, suggest
from experiments.study import Found, Study

DIGITS = 30  # of the derivative that the others are compared with
STEPS = range(1, 16)  # h = 10^-1 to 10^-15
DRAWN = 60  # nodes; a larger graph cannot be read


@dataclass(frozen=True)
class Autodiff(Study):
    formula: str = "sqrt(x^2 + exp(x^2))"
    """numbers, variables, + - * / ^, exp, log, sqrt, sin, cos, tan, tanh, abs, max, min, pi and the like"""
    at: tuple[str, ...] = ()
    """where to differentiate, e.g. x=0.5 y=2; what is not named is 0.5, 1, 1.5, ... in the order of the alphabet"""

    def check(self):
        super().check()
        self.read()

    def read(self):
        """The formula and the point: `(expression, {variable: number})`."""
        from symbolic import formula

        expression = formula.parse(self.formula)
        names = formula.variables(expression)
        if not names:
            raise UserError(
                f"--formula wants a formula that depends on a variable. Received: {self.formula!r}"
            )
        point = {name: (place + 1) / 2 for place, name in enumerate(names)}
        for text in self.at:
            name, equals, value = (part.strip() for part in text.partition("="))
            if not equals or not value:
                raise UserError(
                    f"--at wants a number for a variable, as in x=0.5. Received: {text!r}"
                )
            if name not in point:
                known = ", ".join(names)
                raise UserError(
                    f"--at has {name!r}, which the formula has not.{suggest(name, names)} Its variables: {known}"
                )
            number = formula.parse(value)
            if formula.variables(number):
                raise UserError(f"--at wants a number for {name}. Received: {value!r}")
            point[name] = float(number)
        return expression, point

    def derivatives(self):
        """`{variable: the symbolic derivative}`."""
        from symbolic.calculus import differentiate

        expression, point = self.read()
        return {name: differentiate(expression, name) for name in point}

    def study(self, folder):
        import tensorflow as tf

        from datasets.dataset import Column
        from models.columns import make_input_names
        from symbolic.calculation_graph import calculate, calculation_graph
        from symbolic.graph_model import graph_model

        expression, point = self.read()
        graph = calculation_graph(expression)
        values, adjoints = self.passes(graph, point)
        for name, derivative in self.derivatives().items():
            steps = calculation_graph(derivative).steps if derivative.free_symbols else {}
            check_finite(calculate(steps, point), point, f"the derivative by {name}")
        model = graph_model(graph)
        model.summary()

        def serve(inputs):
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                value = model(inputs)
            gradient = tape.gradient(value, inputs, unconnected_gradients="zero")
            return {"f": value, **{f"df/d{name}": gradient[name] for name in graph.variables}}

        allowed = make_input_names([Column(name, "number") for name in graph.variables])
        signature = {
            name: tf.TensorSpec((None,), "float64", name=plain)
            for name, plain in zip(graph.variables, allowed, strict=True)
        }
        return Found(
            source=self.formula,
            model=model,
            functions={"serve": serve},
            signature=signature,
            targets=("f", *(f"df/d{name}" for name in graph.variables)),
            history={
                "node": list(graph.nodes),
                "step": [str(graph.steps.get(node, node)) for node in graph.nodes],
                "value": [values[node] for node in graph.nodes],
                "adjoint": [adjoints[node] for node in graph.nodes],
            },
            remarks=self.remarks(graph),
        )

    def passes(self, graph, point):
        """Values of all nodes on the way forward, and adjoints on the way back, by the steps of the lecture."""
        from symbolic.calculation_graph import adjoint_of, calculate, reverse_mode

        values = calculate(graph.steps, point)
        check_finite(values, point, self.formula, graph.steps)
        found = calculate(reverse_mode(graph), values)
        adjoints = {node: found[adjoint_of(node)] for node in graph.nodes}
        check_finite(adjoints, point, "the derivative")
        return values, adjoints

    def remarks(self, graph):
        from symbolic.calculus import is_kinked

        expression, _ = self.read()
        remarks = (
            [f"the graph has {len(graph.nodes)} nodes, too many to be drawn"]
            if len(graph.nodes) > DRAWN
            else []
        )
        if is_kinked(expression, graph.variables):
            remarks.append(
                "the formula has kinks: on one, each way to differentiate takes another slope"
            )
        for remark in remarks:
            print(f"note: {remark}")
        return tuple(remarks)

    def results(self, model, folder, history):
        import numpy as np
        import sympy
        from evaluation.saved_model import predict

        from plots.calculation_graph import calculation_graph as graph_picture
        from plots.difference_errors import difference_errors
        from symbolic.calculation_graph import calculation_graph

        expression, point = self.read()
        graph = calculation_graph(expression)
        values, adjoints = self.passes(graph, point)
        names = graph.variables
        numbers = {
            sympy.Symbol(name, real=True): sympy.Float(point[name], DIGITS) for name in names
        }
        exact = np.array(
            [
                float(derivative.evalf(DIGITS, subs=numbers))
                for derivative in self.derivatives().values()
            ]
        )
        size = np.linalg.norm(exact) or 1.0

        def error(derivatives):
            return float(np.linalg.norm(derivatives - exact) / size)

        tape = {
            name: float(values[0])
            for name, values in predict(model, {n: [point[n]] for n in names}).items()
        }
        backwards = np.array([adjoints[name] for name in names])
        steps = 10.0 ** -np.array(STEPS)
        quotients = differences(lambda inputs: predict(model, inputs)["f"], point, steps)
        errors = {name: np.array([error(row) for row in rows]) for name, rows in quotients.items()}
        errors = {
            name: np.where(np.isnan(values), np.inf, values) for name, values in errors.items()
        }  # outside the domain
        found = {"tape of the SavedModel": error(np.array([tape[f"df/d{name}"] for name in names]))}
        found["adjoints written out"] = error(backwards)
        best = {name: values.argmin() for name, values in errors.items()}
        costs = self.costs(graph)
        metrics = {
            "summary": {
                "score": "relative error of the derivative",
                "value": found["tape of the SavedModel"],
                "baseline": float(min(values.min() for values in errors.values())),
            },
            "tables": {
                f"f = {self.formula} = {tape['f']:.10g}": [
                    [
                        "variable",
                        "at",
                        "symbolic derivative",
                        "exact",
                        "tape",
                        *(f"{name}, best h" for name in quotients),
                    ],
                    *(
                        [name, point[name], str(derivative), exact[n], tape[f"df/d{name}"]]
                        + [float(quotients[way][best[way]][n]) for way in quotients]
                        for n, (name, derivative) in enumerate(self.derivatives().items())
                    ),
                ],
                "relative error of the derivative": [
                    ["way", "error", "step h"],
                    *([name, value, ""] for name, value in found.items()),
                    *(
                        [f"{name}, best h", float(errors[name][n]), float(steps[n])]
                        for name, n in best.items()
                    ),
                ],
                "operations for the value and all derivatives": [
                    ["way", "operations"],
                    *map(list, costs.items()),
                ],
            },
            "errors": {
                "step": steps.tolist(),
                **{name: values.tolist() for name, values in errors.items()},
            },
        }
        place = ", ".join(f"{name} = {value:g}" for name, value in point.items())
        title = f"f = {self.formula} at {place}"
        orders = {"forward difference": 1, "central difference": 2}
        levels = {"reverse mode (tape)": found["tape of the SavedModel"]}
        figures = {"differences": difference_errors(steps, errors, orders, levels, title)}
        if len(graph.nodes) <= DRAWN:
            labels = {name: as_formula(sympy.Symbol(name)) for name in names}
            labels |= {
                node: f"{as_formula(sympy.Symbol(node))} = {as_formula(step)}"
                for node, step in graph.steps.items()
            }
            figures = {
                "graph": graph_picture(labels, graph.edges, values, adjoints, title),
                **figures,
            }
        return metrics, figures

    def costs(self, graph):
        """Operations of each way to the value and all derivatives, as sympy counts them."""
        import sympy

        from symbolic.calculation_graph import forward_mode, operations, reverse_mode

        expression, _ = self.read()
        written_out = [expression, *self.derivatives().values()]
        shared, rest = sympy.cse(written_out)
        value = operations(graph.steps.values())
        count = len(graph.variables)
        return {
            "the value alone": value,
            "symbolic derivatives, written out": operations(written_out),
            "symbolic derivatives, common sub-expressions once": operations(
                [step for _, step in shared] + rest
            ),
            "reverse mode": value + operations(reverse_mode(graph).values()),
            "forward mode": value
            + sum(operations(forward_mode(graph, name).values()) for name in graph.variables),
            "forward differences": (count + 1) * value
            + 3 * count,  # x + h, the difference, the quotient
            "central differences": (2 * count + 1) * value + 4 * count,
        }


def differences(function, point, steps):
    """Difference quotients by each variable: `{name: (steps, variables)}`.

    Args:
        function: `{variable: (n,)}` to `(n,)`.
        point: `{variable: number}`.
        steps: `(steps,)` sizes h.
    """
    import numpy as np

    def at(name, shift):
        return function({other: value + shift * (other == name) for other, value in point.items()})

    here = at(None, 0 * steps)
    above = np.stack([at(name, steps) for name in point], axis=-1)
    below = np.stack([at(name, -steps) for name in point], axis=-1)
    return {
        "forward difference": (above - here[:, None]) / steps[:, None],
        "central difference": (above - below) / (2 * steps[:, None]),
    }


def check_finite(values, point, what, steps=None):
    """Raise UserError for the first value that is no finite number."""
    import math

    for name, value in values.items():
        if not math.isfinite(value):
            place = ", ".join(f"{variable} = {number:g}" for variable, number in point.items())
            where = f", in {name} = {steps[name]}" if steps and name in steps else ""
            raise UserError(
                f"{what} is not a finite number at {place}{where}. Choose another point by --at"
            )


def as_formula(expression):
    """In TeX's letters, which matplotlib reads."""
    import sympy

    return f"${sympy.latex(expression, fold_short_frac=True, mul_symbol='dot')}$"

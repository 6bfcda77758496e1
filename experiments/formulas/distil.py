"""Distil: a formula for what a trained network has learned, by symbolic regression on its answers.

For example: python train.py polynomial, then: python train.py distil --from saved_models/polynomial
"""

import itertools
import time
from dataclasses import dataclass
from typing import Literal

from errors import UserError
from tasks.options import check_range
from tasks.source_run import FromRun
from tasks.study import Study

SHARE_OF_SEARCH = 0.65  # of the time; the rest fits constants and simplifies
FEWEST = 5  # formulas whose constants are fitted, however little time there is
Operator = Literal[
    *("add", "sub", "mul", "div", "square", "sqrt", "exp", "log", "sin", "cos"),
    *("tan", "tanh", "asin", "acos", "pow", "abs"),
]


@dataclass(frozen=True)
class Distil(FromRun, Study):
    inputs: tuple[str, ...] = ()
    """columns to vary, up to ten; the others stay at their mean; all columns if empty"""
    output: str = ""
    """name of the answer, if the network has several; with --layer the number of the layer's
    output, from 1"""
    layer: str = ""
    """name in model.keras of a hidden layer to look at instead of the network's answer"""
    operators: tuple[Operator, ...] = (
        *("add", "sub", "mul", "div", "square", "sqrt", "exp", "log", "sin", "cos"),
    )
    """operators of the formulas, beside constants and the inputs"""
    complexity: int = 25
    """maximum number of nodes of a formula's tree"""
    seconds: float = 20.0
    """seconds for the search and the fit of the constants; the seed repeats each start of the
    search, the speed of the machine decides how many there are"""
    constants: Literal["auto", "data", "network"] = "auto"
    """what constants are fitted to and formulas are chosen by: the data that the network was
    trained on, or its answers; auto takes the data if there is any"""
    units: Literal["check", "ignore"] = "check"
    """drop formulas whose units do not agree, if the data has units; constants may have any unit"""

    def check(self):
        super().check()
        check_range(self, complexity=(1, 100), seconds=(0.1, 10**6))
        if not set(self.operators) & {"add", "sub", "mul", "div"}:
            raise UserError(
                "--operators must have at least one of add, sub, mul, div. "
                f"Received: {' '.join(self.operators)}"
            )

    def load(self):
        """Sample the network of the run; what its experiment loads tells what it has learned."""
        from datasets.dataset import Dataset
        from equations.formulation import Formulation
        from tasks.sampled_regression import sample_regression
        from tasks.sampled_solution import sample_solution

        source = self.open_source()
        if isinstance(source.data, Formulation):
            if self.inputs or self.layer:
                raise UserError(
                    "--inputs and --layer need a run on data; the solution of an equation "
                    "depends on all its coordinates. Leave them out"
                )
            network = sample_solution(source, self.output, self.seed)
        elif isinstance(source.function[0], Dataset):
            options = self.inputs, self.output, self.layer, self.seed
            network = sample_regression(source, *options)
        else:
            raise UserError(
                "--from must be the run of a network that was trained on data or on an equation. "
                f"Received: {self.from_run}, a run of {source.run.config['experiment']}"
            )
        if self.constants == "data" and network.measured is None:
            raise UserError(
                "--constants data needs data with this answer and these inputs, and the run has "
                "none. Leave it out"
            )
        return network

    def build(self, data):
        """The search finds the model."""
        return None

    def fit(self, model, data, run):
        """Search for formulas, fit their constants, choose one."""
        from symbolic.constants import Reference
        from symbolic.formula_layer import build_formula_model
        from symbolic.pareto import choose
        from symbolic.printing import format_text
        from symbolic.regression import build_front
        from training.fit import Fit
        from training.interrupt import catch_interrupt

        by_data = data.measured is not None and self.constants != "network"
        sources = [(data.points, data.answer(data.points)), *([data.measured] if by_data else [])]
        points, values = sources[-1]
        reference = Reference(data.symbols, points, values, noisy=by_data, dtype=data.dtype)
        fitted_to = f"{len(values)} {'rows of data' if by_data else 'answers of the network'}"
        print(f"search      {', '.join(self.operators)}; constants fitted to {fitted_to}\n")

        with catch_interrupt("the formulas found so far are exported") as stopped:
            pools, history = self.search(sources, data.symbols, stopped)
            formulas = self.fit_constants(pools, reference, stopped)
        if self.units == "check":
            formulas = drop_wrong_units(formulas, data)
        front = build_front(formulas, reference)
        rows = len(values) if by_data else 0
        chosen, reason = choose(front, reference.floor, rows)
        text = format_text(front[chosen].expression)
        print(f"\nformula     {data.target.name} = {text}\nreason      {reason}\n")

        write_formulas(run.folder, data, front, chosen)
        run.write_table("checks", data.tabulate_checks())
        run.update(formula={"text": text, "reason": reason, "fitted_to": fitted_to})
        return Fit(build_formula_model(text, data.symbols), history)

    def search(self, sources, symbols, stopped):
        """Breed formulas for each source in turn until the time is over.

        The first source is the network, which has smoothed the data; the second one, if there is
        any, is the data, since a network may hide what it shows.

        Args:
            sources: list of `(points, values)`.
            symbols: names of the inputs.
            stopped: function that returns whether Ctrl-C was pressed.

        Returns: a `Pool` of candidates for each source, and the history.
        """
        import keras

        from symbolic.genetic_programming import breed
        from symbolic.regression import Pool

        options = symbols, self.operators, self.complexity, self.seed
        searches = [breed(*source, *options) for source in sources]
        pools, history = [Pool() for _ in sources], {"seconds": [], "error": []}
        begin, limit = time.monotonic(), SHARE_OF_SEARCH * self.seconds
        target = max(1, round(limit))
        bar = keras.utils.Progbar(target, stateful_metrics=["error"], unit_name="second")
        for pool, search in itertools.cycle(zip(pools, searches, strict=True)):
            pool.add(next(search))
            seconds, error = time.monotonic() - begin, pools[0].lowest_error
            history["seconds"].append(seconds)
            history["error"].append(error)
            done = seconds > limit or stopped()
            bar.update(target if done else min(round(seconds), target - 1), [("error", error)])
            if done:
                return pools, history

    def fit_constants(self, pools, reference, stopped):
        """Fit the constants of candidates as long as there is time, the best of each pool first.

        Returns: list of `symbolic.pareto.Formula`.
        """
        from symbolic.regression import fit_candidate

        turns = itertools.zip_longest(*(pool.rank_candidates() for pool in pools))
        candidates = [candidate for turn in turns for candidate in turn if candidate]
        formulas, end = [], time.monotonic() + (1 - SHARE_OF_SEARCH) * self.seconds
        for candidate in candidates:
            formulas += fit_candidate(candidate, reference)
            if len(formulas) >= FEWEST and (time.monotonic() > end or stopped()):
                break
        return formulas

    def export(self, model, data):
        """Export the formula, with the names of the data."""
        from datasets.dataset import Column
        from models.pinn import add_names
        from runs.endpoint import Endpoint, Export

        solution = add_names(model, data.symbols, ["answer"])
        names = [column.name for column in data.columns]

        def serve(inputs):
            values = {s: inputs[name] for s, name in zip(data.symbols, names, strict=True)}
            return {data.target.name: solution(values)["answer"]}

        inputs = tuple(Column(c.name, unit=c.unit, dtype="float64") for c in data.columns)
        return Export(solution, {"serve": Endpoint(serve, inputs)})

    def scores(self, targets, split, predictions):
        """Return `{target: {metric: value}}` for the rows of a user's file."""
        from evaluation.scores import score

        return score(targets, split.targets, predictions)

    def evaluate(self, run, data):
        """Score the formula beside the network, inside and outside of the training interval."""
        from evaluation.distilled import evaluate_formula

        return evaluate_formula(run, data)


def drop_wrong_units(formulas, data):
    """Return the formulas whose units agree, and print how many are dropped."""
    from symbolic.units import find_disagreement

    units = {s: column.unit for s, column in zip(data.symbols, data.columns, strict=True)}
    kept = [f for f in formulas if not find_disagreement(f.expression, units, data.target.unit)]
    if len(kept) < len(formulas):
        dropped = f"{len(formulas) - len(kept)} of {len(formulas)} formulas"
        print(f"\nunits       do not agree in {dropped}, which are dropped")
    return kept


def write_formulas(folder, data, front, chosen):
    """Write the front as a table, and the chosen formula as Python and LaTeX."""
    from symbolic.printing import format_latex, format_python, write_front

    formula, target = front[chosen].expression, data.target.name
    write_front(folder / "front.csv", front, chosen)
    python, latex = format_python(formula, data.symbols, target), format_latex(formula, target)
    (folder / "formula.py").write_text(python, encoding="utf-8")
    (folder / "formula.tex").write_text(f"{latex}\n", encoding="utf-8")

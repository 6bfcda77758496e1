"""Distil: a formula that says what a trained network has learned, by symbolic regression on its answers.

For example: python train.py polynomial, then: python train.py distil --from saved_models/polynomial
"""

import time
from dataclasses import dataclass
from typing import Annotated, Literal

import tyro

from errors import UserError
from experiments.experiment import in_range
from experiments.study import Found, Study

SHARE_OF_SEARCH = 0.65  # of the time; the rest fits constants and simplifies
FEWEST = 5  # formulas that are fitted, however little time there is
Operator = Literal[
    "add", "sub", "mul", "div", "square", "sqrt", "exp", "log", "sin", "cos", "tan", "tanh", "asin", "acos", "pow", "abs"
]  # fmt: skip


@dataclass(frozen=True)
class Distil(Study):
    from_run: Annotated[str, tyro.conf.arg(name="from")] = ""
    """folder of the run whose network to look into, e.g. saved_models/polynomial"""
    inputs: tuple[str, ...] = ()
    """columns to vary, up to ten; the others stay at their mean (all if empty)"""
    output: str = ""
    """which answer, where the network has several; of a hidden layer the number of the output, from 1"""
    layer: str = ""
    """a hidden layer to look at instead of the network's answer, by its name in model.keras"""
    operators: tuple[Operator, ...] = (
        "add",
        "sub",
        "mul",
        "div",
        "square",
        "sqrt",
        "exp",
        "log",
        "sin",
        "cos",
    )
    """what formulas are made of, beside constants and the inputs"""
    complexity: int = 25
    """most nodes of a formula's tree"""
    seconds: float = 20.0
    """time for the search and the fit of the constants; each start repeats by its seed, how many there are is the machine's"""
    constants: Literal["auto", "data", "network"] = "auto"
    """what decides on constants, and which formula is chosen: the data the network was trained on, or its answers; auto:
    the data where there are any"""
    units: Literal["check", "ignore"] = "check"
    """drop formulas with units that do not agree, where the data has units; constants may have any"""

    def check(self):
        super().check()
        in_range(self, complexity=(1, 100), seconds=(0.1, 10**6))
        if not set(self.operators) & {"add", "sub", "mul", "div"}:
            raise UserError("--operators wants at least one of add, sub, mul, div")

    def study(self, folder):
        from experiments.sampled_network import sampled
        from symbolic.constants import Reference
        from symbolic.regression import build_front
        from training.interrupt import catch_interrupt

        if not self.from_run:
            raise UserError("distil wants the run of a network: --from saved_models/NAME")
        network = sampled(self.from_run, self.inputs, self.output, self.layer, self.seed)
        if self.constants == "data" and network.measured is None:
            raise UserError(
                "--constants data wants data with this answer and these inputs, and there are none: leave it out"
            )
        by_data = network.measured is not None and self.constants != "network"
        points, values = network.measured if by_data else (network.points, network.values)
        reference = Reference(network.symbols, points, values, noisy=by_data, dtype=network.dtype)
        judge = (
            f"{len(values)} rows of data" if by_data else f"{len(values)} answers of the network"
        )
        print(
            f"network     {network.source}\nsearch      {', '.join(self.operators)}; constants by {judge}\n"
        )

        with catch_interrupt("the formulas found so far are exported") as stopped:
            pools, history = self.search(network, by_data, stopped)
            formulas = self.refitted(pools, reference, stopped)
        if self.units == "check":
            formulas = self.agreeing(formulas, network)
        formulas = build_front(formulas, reference)
        return self.found(folder, network, formulas, reference, history, judge)

    def search(self, network, by_data, stopped):
        """Start after start until the time is over: a `Pool` of candidates for each source, and the history.

        The sources are the network, which has smoothed the data, and in turn with it the data, where there are any: a network
        may hide what they show.
        """
        import itertools

        import keras

        from symbolic.genetic_programming import breed
        from symbolic.regression import Pool

        begin = time.monotonic()
        end = SHARE_OF_SEARCH * self.seconds
        sources = [(network.points, network.values), *([network.measured] if by_data else [])]
        pools, history = [Pool() for _ in sources], {"seconds": [], "error": []}
        searches = [
            breed(*source, network.symbols, self.operators, self.complexity, self.seed)
            for source in sources
        ]
        bar = keras.utils.Progbar(
            max(1, round(end)), stateful_metrics=["error"], unit_name="second"
        )
        for pool, search in itertools.cycle(zip(pools, searches, strict=True)):
            pool.add(next(search))
            error, passed = pools[0].lowest_error, time.monotonic() - begin
            history["seconds"].append(passed)
            history["error"].append(error)
            done = passed > end or stopped()
            bar.update(
                min(round(passed), bar.target - 1) if not done else bar.target, [("error", error)]
            )
            if done:
                return pools, history

    def refitted(self, pools, reference, stopped):
        """The candidates with constants for what is to be fitted, as many as there is time for."""
        import itertools

        from symbolic.regression import fit_candidate

        in_turn = itertools.zip_longest(*(pool.rank_candidates() for pool in pools))
        candidates, formulas = (
            [candidate for turn in in_turn for candidate in turn if candidate],
            [],
        )
        end = time.monotonic() + (1 - SHARE_OF_SEARCH) * self.seconds
        for candidate in candidates:
            formulas += fit_candidate(candidate, reference)
            if len(formulas) >= FEWEST and (time.monotonic() > end or stopped()):
                break
        return formulas

    def agreeing(self, formulas, network):
        """Those whose units agree."""
        from symbolic.units import find_disagreement

        units = {
            symbol: network.units.get(name, "")
            for name, symbol in zip(network.columns, network.symbols, strict=True)
        }
        target = network.units.get(network.target, "")
        kept = [
            formula
            for formula in formulas
            if not find_disagreement(formula.expression, units, target)
        ]
        if len(kept) < len(formulas):
            print(
                f"\nunits       do not agree in {len(formulas) - len(kept)} of {len(formulas)} formulas, which are dropped"
            )
        return kept

    def found(self, folder, network, formulas, reference, history, judge):
        """Choose, write `front.csv`, `checks.csv` and the formula for other programs, and say so."""
        import tensorflow as tf

        from symbolic.formula_layer import build_formula_model
        from symbolic.pareto import choose
        from symbolic.printing import format_latex, format_python, format_text, write_front

        place, reason = choose(
            formulas, reference.floor, len(reference.values) if reference.noisy else 0
        )
        chosen = formulas[place].expression
        text = format_text(chosen)
        write_front(folder / "front.csv", formulas, place)
        network.checks.to_csv(folder / "checks.csv", index=False)
        (folder / "formula.py").write_text(
            format_python(chosen, network.symbols, network.target), encoding="utf-8"
        )
        (folder / "formula.tex").write_text(
            format_latex(chosen, network.target) + "\n", encoding="utf-8"
        )
        print(f"\nformula     {network.target} = {text}\nreason      {reason}\n")

        model = named(build_formula_model(text, network.symbols), network.symbols, ["answer"])

        def serve(inputs):
            renamed = {
                symbol: inputs[name]
                for name, symbol in zip(network.columns, network.symbols, strict=True)
            }
            return {network.target: model(renamed)["answer"]}

        return Found(
            source=network.source,
            model=model,
            functions={"serve": serve},
            signature={
                name: tf.TensorSpec((None,), "float64", name=symbol)
                for name, symbol in zip(network.columns, network.symbols, strict=True)
            },
            targets=(network.target,),
            history=history,
            remarks=(
                f"{network.target} = {text}",
                f"chosen since {reason}",
                f"error: root mean square, {judge}",
            ),
        )

    def results(self, model, folder, history):
        """The formula's SavedModel beside the network, inside and outside the training interval."""
        from evaluation.saved_model import predict
        from training.run import read_config

        from datasets.table_file import read_table
        from evaluation.distilled import scores
        from experiments.distilled_pictures import pictures

        front, checks = read_table(folder / "front.csv"), read_table(folder / "checks.csv")
        columns = [
            column["name"] for column in read_config(folder)["data"]["columns"]
        ]  # in the order of the symbols
        symbols = list(checks.columns[: len(columns)])
        answer = predict(
            model,
            {
                name: checks[symbol].to_numpy()
                for name, symbol in zip(columns, symbols, strict=True)
            },
        )
        ((target, values),) = answer.items()
        metrics = scores(checks, values, front)
        return metrics, pictures(front, checks, values, columns, symbols, target)

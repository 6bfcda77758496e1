"""Functions of the user's file that the training has not seen: answers, and errors."""

import numpy as np
import pandas as pd

from datasets.functions import read_functions
from datasets.paths import find_path
from errors import UserError
from evaluation.operators import SCORE, mean_square, score_functions
from evaluation.output import write_output


def answer_function_file(run, data, output):
    """Answer for the input functions of a file, and score the outputs that it has.

    Args:
        run: `runs.run.Run` with the endpoints of `tasks.operators`.
        data: npz file as for `datasets.functions.read_functions`; a grid may have any length.
        output: CSV file to write: a row for each function and point.

    Returns: `{heading: rows}`, a table; empty if the file has no outputs.

    Raises: UserError if the file has other functions, or points, than the training.
    """
    path, described = find_path(data), run.config["functions"]
    periodic = described["inputs"]["periodic"]
    inputs, targets, domains, _ = read_functions(path, periodic, needs_outputs=False)
    check_inputs(run, data, inputs, domains[0])
    inputs = {column.name: inputs[column.name] for column in run.inputs()}
    answers = run.predict(inputs)
    shape = next(iter(answers.values())).shape[1:]
    known = {name: y for name, y in targets.items() if name in answers}
    for name, y in known.items():
        if y.shape[1:] != shape:
            raise UserError(
                f"--data {data}: expected {name} at {' x '.join(map(str, shape))} points, where "
                f"the run answers. Received: {' x '.join(map(str, y.shape[1:]))}"
            )
    rows = len(next(iter(answers.values())))
    numbers = np.indices((rows, int(np.prod(shape)))).reshape(2, -1) + 1
    table = {"function": numbers[0], "point": numbers[1]}
    for name, values in answers.items():
        if name in known:
            table[name] = known[name].ravel()
        table[f"{name}_predicted"] = values.ravel()
    write_output(pd.DataFrame(table), output, data)
    if set(known) != set(answers):
        return {}
    errors = score_functions(answers, known)
    scores = {f"{SCORE}, mean": errors.mean(), f"{SCORE}, largest": errors.max()}
    scores["mean squared error"] = mean_square(answers, known)
    return {f"new, {rows} functions": [["score", "network"], *map(list, scores.items())]}


def check_inputs(run, data, inputs, domain):
    """Raise UserError unless a file has the functions, and the points, that the run takes."""
    trained = run.config["functions"]["inputs"]
    for column in run.inputs():
        if column.name not in inputs:
            raise UserError(f"--data {data}: the run needs the array {column.name}. Add it")
        if bool(column.shape) != (inputs[column.name].ndim > 1):
            kind = "functions" if column.shape else "a number for each function"
            raise UserError(f"--data {data}: expected {column.name} as {kind}")
    shape = tuple(trained["shape"])
    same_kind = trained["is_grid"] == domain.is_regular and len(shape) == len(domain.shape)
    if not same_kind or not (trained["is_grid"] or shape == domain.shape):
        raise UserError(
            f"--data {data}: expected functions at the points of the training, "
            f"{' x '.join(map(str, shape))}{' or more of such a grid' * trained['is_grid']}. "
            f"Received: {domain.describe()}"
        )

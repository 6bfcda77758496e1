"""Predict rows of the user's file that the training has not seen."""

import functools
from pathlib import Path

import numpy as np
import pandas as pd

from datasets.columns import to_inputs
from datasets.dataset import Split, Target
from datasets.graph import read_graph_to_predict
from datasets.graph_rows import answer_graphs
from datasets.graph_set import read_graphs_to_predict
from datasets.paths import find_path
from datasets.picture_folder import read_pictures_to_predict
from datasets.series_files import read_series_to_predict
from datasets.table_rows import read_new_rows
from datasets.target_column import extract_target
from errors import UserError, to_one_line
from evaluation.forecast_rows import forecast_file
from evaluation.function_file import answer_function_file
from evaluation.motion_file import score_motion_file
from evaluation.output import write_output
from evaluation.supervised import tabulate_scores
from evaluation.text import score_text_file
from evaluation.tomography_file import reconstruct_file

SCORES = (
    *("score", "p_value", "is_anomaly", "log_prob", "elbo", "reconstruction_error"),
    *("cluster", "probability", "probabilities"),
)
SHOWN = 5  # unseen categories in a warning
WHOLE_FILES = {
    "text": score_text_file,
    "bodies": score_motion_file,
    "history": forecast_file,
    "function": answer_function_file,
    "sinogram": reconstruct_file,
}


def predict_rows(run, experiment, data, output):
    """Predict the rows of a file and write them, with the predictions beside, as CSV.

    Of a text file, the characters are rows; of trajectories, the bodies at each time; of functions,
    their points; of sinograms, the pixels of their pictures; after a history in time, the rows that
    follow.

    Args:
        run: `runs.run.Run`.
        experiment: its experiment, which scores predictions.
        data: a table with the inputs of `serve` by name, in any order; for pictures a file, a
            folder or an npz; for series an npz, a `.ts` file or a table with a series a row; for
            graphs what the training takes.
        output: file to write.

    Returns: tables of scores, `{heading: rows}`, for the rows whose targets the file has.

    Raises: UserError if columns are missing or values are of a different kind.
    """
    columns = run.inputs()
    if columns[0].kind in WHOLE_FILES:
        return WHOLE_FILES[columns[0].kind](run, data, output)
    targets, predict = read_targets(run.config), run.predict
    if columns[0].kind == "image":
        label = targets[0].name if targets else "label"
        frame, inputs = read_pictures_to_predict(Path(data), columns[0], label)
    elif columns[0].kind == "sequence":
        frame, inputs = read_series_to_predict(data, columns, targets[0].name)
    elif columns[0].kind == "nodes":
        frame, inputs = read_graph_to_predict(find_path(data), columns, targets[0].name)
    elif columns[0].kind == "graphs":
        frame, inputs = read_graphs_to_predict(find_path(data), columns, targets[0].name)
        predict = functools.partial(answer_graphs, run.predict)
    else:
        frame = read_new_rows(data, columns, targets)
        inputs = to_inputs(frame, columns)
        warn_of_unseen(inputs, columns)
    predictions = predict(inputs)
    # Scored before anything is written, since that may find a mistake.
    rows = {"node": frame["node"].to_numpy()} if columns[0].kind == "nodes" else inputs
    split, known = take_known_rows(frame, targets, rows, predictions)
    tables = {}
    if split.targets:
        scores = {"network": experiment.scores(targets, split, known)}
        tables = tabulate_scores({"new": {"rows": split.rows, "scores": scores}})
    write_predictions(frame, targets, predictions, data, output)
    return tables


def read_targets(config):
    """Return the descriptions of a run's targets, () if it has none."""
    try:
        return [Target(**target) for target in config["data"].get("targets", ())]
    except (TypeError, AttributeError) as error:
        raise UserError(
            f"the run's config.json is damaged ({error}). Train it again with --overwrite"
        ) from None


def write_predictions(frame, targets, predictions, data, output):
    """Write a table with the predictions beside its columns, in the order of the columns.

    TensorFlow returns the outputs of a SavedModel in another order in each process.
    """
    names = [*frame.columns, *(target.name for target in targets), *SCORES]
    places = {name: place for place, name in enumerate(names)}

    def place(name):
        column = name.removesuffix("_std").removesuffix("_probabilities")
        return places.get(column, len(places)), name

    predictions = {name: predictions[name] for name in sorted(predictions, key=place)}
    written = pd.concat([frame, prediction_columns(targets, predictions, frame.index)], axis=1)
    write_output(written, output, data)


def prediction_columns(targets, predictions, index):
    """Return the predictions as a table.

    A target T has `T_predicted`, `T_std` and `T_probability_CLASS`. Without targets every output
    is a column, or several with a number each; scores keep their names.
    """
    table, classes = {}, {}
    for target in targets:
        classes[f"{target.name}_probabilities"] = target
    for name, values in predictions.items():
        values = values.reshape(len(values), -1)
        if name in classes:
            stem = classes[name].name
            names = [f"{stem}_probability_{label}" for label in classes[name].classes]
        else:
            plain = name.endswith("_std") or (name in SCORES and not targets)
            stem = name if plain else f"{name}_predicted"
            several = values.shape[1] > 1
            first = 0 if name == "probabilities" else 1  # clusters are numbered from 0
            numbers = range(first, first + values.shape[1])
            names = [f"{stem}_{k}" if several else stem for k in numbers]
        table |= dict(zip(names, values.T, strict=True))
    return pd.DataFrame(table, index=index)


def take_known_rows(frame, targets, inputs, predictions):
    """Return `(split, predictions)` of the rows whose targets are there; no targets if there are
    none."""
    names = [target.name for target in targets if target.name in frame.columns]
    known = frame[names].notna().all(axis=1).to_numpy() if names else np.zeros(len(frame), bool)
    values = {
        target.name: extract_target(frame[known], target.name, target.classes)
        for target in targets
        if target.name in names and known.any()
    }
    rows = Split(inputs, {}).take(known).inputs
    return Split(rows, values), {name: answers[known] for name, answers in predictions.items()}


def warn_of_unseen(inputs, columns):
    """Print which categories were not in the training rows; the model treats them alike."""
    for column in columns:
        if column.kind == "category":
            seen = set(column.vocabulary) | {""}
            unseen = sorted(set(inputs[column.name].astype(str).tolist()) - seen)
            if unseen:
                names = ", ".join(unseen[:SHOWN]) + (", ..." if len(unseen) > SHOWN else "")
                print(
                    to_one_line(
                        f"warning: column {column.name!r} has {len(unseen)} categories never seen "
                        f"in training: {names}"
                    )
                )

"""Predict rows that the training has not seen, from a file of the user's."""

from pathlib import Path

import numpy as np
import pandas as pd

from datasets.columns import to_inputs
from datasets.dataset import Column, Split, Target
from datasets.kaggle import table_path
from datasets.picture_folder import pictures_to_predict
from datasets.table_file import read_table
from datasets.target_column import target_values
from errors import UserError
from evaluation.saved_model import column_names, predict
from whole import whole

SHOWN = 5  # unseen categories in a warning


def predict_rows(model, config, data, output):
    """Predict the rows of a file and write them, with the predictions beside, as CSV.

    Args:
        model: from `evaluation.saved_model.load`.
        config: content of the run's `config.json`.
        data: a table with the model's columns by name, in any order; for pictures a file, a folder or an npz.
        output: where to write.

    Returns: `(targets, split, predictions)` for the rows whose targets the file has.

    Raises: UserError if columns are missing or values are of another kind.
    """
    columns, targets = described(model, config)
    if columns[0].kind == "image":
        frame, inputs = pictures_to_predict(Path(data), columns[0], targets[0].name)
    else:
        frame = read_table(table_path(data))
        inputs = to_inputs(frame, columns)
        warn_of_unseen(inputs, columns)
    predictions = predict(model, inputs)
    known = known_rows(
        frame, targets, inputs, predictions
    )  # before anything is written: it may find a mistake
    written = pd.concat([frame, prediction_columns(targets, predictions, frame.index)], axis=1)
    if Path(output).resolve() == Path(data).resolve():
        raise UserError(
            f"--output {output} is the file of --data, which stays as it is. Give another one"
        )
    try:
        with whole(output) as path:
            written.to_csv(path, index=False)
    except OSError as error:
        raise UserError(f"--output {output} cannot be written: {error.strerror or error}") from None
    return targets, *known


def described(model, config):
    """`(columns, targets)` of a run; raise UserError where `config.json` does not describe its model."""
    try:
        columns = [Column(**column) for column in config["data"]["columns"]]
        targets = [Target(**target) for target in config["data"]["targets"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"the run's config.json is damaged ({error}). Train it again with --overwrite"
        ) from None
    if {column.name for column in columns} != set(column_names(model)):
        raise UserError(
            "the run's config.json has other columns than its SavedModel. Train it again with --overwrite"
        )
    return columns, targets


def prediction_columns(targets, predictions, index):
    """A table of the answers: T_predicted, T_std and T_probability_CLASS for a target T."""
    table = {}
    for target in targets:
        answers = predictions[target.name]
        if answers.ndim == 1:
            table[f"{target.name}_predicted"] = answers
        else:  # several networks answer at once
            table |= {
                f"{target.name}_predicted_{place}": column
                for place, column in enumerate(answers.T, start=1)
            }
        if target.probabilistic:
            table[f"{target.name}_std"] = predictions[f"{target.name}_std"]
        for number, label in enumerate(target.classes):
            table[f"{target.name}_probability_{label}"] = predictions[
                f"{target.name}_probabilities"
            ][:, number]
    return pd.DataFrame(table, index=index)


def known_rows(frame, targets, inputs, predictions):
    """`(split, predictions)` of the rows whose targets are there to compare with; no targets if there are none."""
    names = [target.name for target in targets if target.name in frame.columns]
    known = frame[names].notna().all(axis=1).to_numpy() if names else np.zeros(len(frame), bool)
    values = {
        target.name: target_values(frame[known], target.name, target.classes)
        for target in targets
        if target.name in names and known.any()
    }
    return Split(Split(inputs, {}).take(known).inputs, values), {
        name: answers[known] for name, answers in predictions.items()
    }


def warn_of_unseen(inputs, columns):
    """Say which categories the training has not seen; the model treats them alike."""
    for column in columns:
        if column.kind == "category":
            unseen = sorted(
                set(np.unique(inputs[column.name].astype(str))) - set(column.vocabulary) - {""}
            )
            if unseen:
                names = ", ".join(unseen[:SHOWN]) + (", ..." if len(unseen) > SHOWN else "")
                print(
                    f"warning: column {column.name!r} has {len(unseen)} categories never seen in training: {names}"
                )

"""Trajectories of the user's file that the training has not seen: errors, and rollouts."""

import numpy as np
import pandas as pd

from datasets.paths import find_path
from datasets.trajectories import TOLERANCE, read_motion
from errors import UserError
from evaluation.motion import SCORE, STATE, score_rollout, score_step, summarise
from evaluation.output import write_output


def score_motion_file(run, data, output):
    """Score steps and rollouts of a file's trajectories, and write the rollouts.

    Args:
        run: `runs.run.Run` with the endpoints of `tasks.motion`.
        data: npz file as for `datasets.trajectories.read_motion`, with any number of bodies.
        output: CSV file to write: a row for each trajectory, time and body.

    Returns: `{heading: rows}`, a table.

    Raises: UserError if the file has other dimensions, properties or steps than the training.
    """
    motion, step, _ = read_motion(find_path(data))
    motion = check_motion(run, data, motion, step)
    x = motion["positions"]
    count, times, bodies, dimensions = x.shape
    first = {name: values[:, 0] if name in STATE else values for name, values in motion.items()}
    path = run.predict(first | {"steps": times - 1}, "rollout")
    error = score_step(lambda inputs: run.predict(inputs, "step"), motion)
    scores = {f"{SCORE}, {name}": value for name, value in error.items()}
    scores |= {f"rollout, {name}": value
               for name, value in summarise(score_rollout(path, motion, None)).items()}  # fmt: skip
    numbers = np.indices((count, times, bodies)).reshape(3, -1)
    table = {"trajectory": numbers[0] + 1, "time": step * numbers[1], "body": numbers[2] + 1}
    for axis in range(dimensions):
        table[f"position_{axis + 1}"] = x[..., axis].ravel()
        table[f"position_{axis + 1}_predicted"] = path["positions"][..., axis].ravel()
    write_output(pd.DataFrame(table), output, data)
    heading = f"new, {count} trajectories of {bodies} bodies, {times - 1} steps"
    return {heading: [["score", "network"], *map(list, scores.items())]}


def check_motion(run, data, motion, step):
    """Return the arrays that the run takes; raise UserError unless the file has them."""
    columns = run.inputs("step")
    for column in columns:
        if column.name not in motion:
            raise UserError(f"--data {data}: the run needs the array {column.name}. Add it")
    dimensions = motion["positions"].shape[-1], columns[0].shape[-1]
    if len(set(dimensions)) > 1:
        raise UserError(
            f"--data {data}: expected {dimensions[1]} dimensions. Received: {dimensions[0]}"
        )
    trained = run.config["motion"]["step"]
    if abs(step - trained) > TOLERANCE * trained:
        raise UserError(
            f"--data {data}: expected states every {trained:g}. Received: every {step:g}. "
            "Interpolate them, or train with this file"
        )
    return {column.name: motion[column.name] for column in columns}

"""Sinograms of the user's file: their pictures, and scores where these are known."""

import numpy as np
import pandas as pd

from datasets.tomography import read_sinograms
from errors import UserError
from evaluation.output import write_output

SCORE = "PSNR [dB]"


def reconstruct_file(run, data, output):
    """Reconstruct the sinograms of a file, and score them if the file has the pictures.

    Args:
        run: `runs.run.Run` with the endpoint `serve`.
        data: npz file as for `datasets.tomography.read_sinograms`.
        output: CSV file to write: a row for each picture, row and column.

    Returns: `{heading: rows}`, a table; empty without pictures.
    """
    (column,) = run.inputs()
    sinograms, true = read_sinograms(data, column.shape)
    pictures = run.predict({"sinogram": sinograms})["picture"]
    if true is not None and true.shape != pictures.shape:
        raise UserError(
            f"--data {data}: expected pictures of the shape {pictures.shape}. "
            f"Received: {true.shape}"
        )
    numbers = np.indices(pictures.shape).reshape(3, -1) + 1
    table = dict(zip(("picture", "row", "column"), numbers, strict=True))
    write_output(pd.DataFrame(table | {"value": pictures.ravel()}), output, data)
    if true is None:
        return {}
    psnr = float(measure_psnr(pictures, true, float(true.max())).mean())
    rows = [["score", "network"], [SCORE, psnr], ["relative error", find_error(pictures, true)]]
    return {f"new ({len(pictures)} pictures)": rows}


def measure_psnr(x, true, peak):
    """Return the peak signal-to-noise ratio of each picture in dB."""
    error = np.mean(np.square(np.asarray(x, "float64") - true), axis=(1, 2))
    return 10 * np.log10(peak**2 / np.maximum(error, 1e-20 * peak**2))


def find_error(x, true):
    """Return the L2 norm of the difference of all rows, relative to that of the true values."""
    return float(np.linalg.norm(np.asarray(x, "float64") - true) / np.linalg.norm(true))

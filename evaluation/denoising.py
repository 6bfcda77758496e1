"""Denoising: pictures restored from noisy ones, beside a median filter."""

import numpy as np
from scipy.ndimage import median_filter

SHOWN = 10  # pictures


def measure_denoising(methods, data, noise):
    """Restore noisy test pictures.

    Args:
        methods: `{name: serve}`, functions of raw pictures; the network returns the picture, others
            `features` with pixels from 0 to 1.
        data: `datasets.dataset.Dataset` of pictures.
        noise: standard deviation of the noise, as a share of the largest pixel.

    Returns: a table of the mean squared errors against the clean pictures, pixels from 0 to 1, and
    `{row: (pictures, height, width, channels)}` of the first ones in raw units.
    """
    (column,) = data.columns
    clean = np.asarray(data.test.inputs[column.name], "float64") / column.max_pixel
    random = np.random.default_rng(1)  # not the noise of the validation rows
    noisy = (clean + noise * random.normal(size=clean.shape)).clip(0, 1)
    raw = noisy * column.max_pixel
    raw = raw.round().astype(column.dtype) if column.dtype == "uint8" else raw
    restored = {"noisy": noisy, "median filter": median_filter(noisy, (1, 3, 3, 1))}
    for name, serve in methods.items():
        answers = serve({column.name: raw})
        pixels = answers["features"] if "features" in answers else answers[column.name]
        scale = 1 if "features" in answers else column.max_pixel
        restored[name] = pixels.reshape(clean.shape) / scale
    errors = {name: float(np.mean((x - clean) ** 2)) for name, x in restored.items()}
    shown = {"clean": clean} | {
        name: restored[name] for name in ("noisy", "median filter", "network")
    }
    pictures = {name: column.max_pixel * x[:SHOWN] for name, x in shown.items()}
    return [["pictures", "mean squared error"], *map(list, errors.items())], pictures

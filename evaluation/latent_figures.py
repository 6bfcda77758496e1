"""Pictures of a variational autoencoder: its latent plane, reconstructions, samples, density."""

import numpy as np
from scipy.stats import norm

from evaluation.density_figures import draw_density
from evaluation.generator_figures import draw_samples
from plots.latent_map import plot_latent_map
from plots.latent_space import plot_latent_plane, plot_reconstructions

EXAMPLES = 10  # originals beside reconstructions
GRID = 15  # decoded codes in each direction of the plane
OUTERMOST = 0.02  # share of the codes at each end that the map leaves out
CELLS = 100  # of a map of the density in each direction: each takes hundreds of codes
POINTS = 3000  # codes drawn in the plane


def draw_latent(run, data, code, samples, encode, truth):
    """Draw the history, samples, reconstructions, the codes in the plane, and what lies there.

    The plane is that of the two latent units that differ most between the rows.

    Args:
        run: `runs.run.Run`.
        data: `datasets.dataset.Dataset` without targets.
        code: of the test rows, from the endpoint `encode`.
        samples: `{column: (rows, ...)}` of seed 0.
        encode: function of `{column: (rows, ...)}` to features, `(rows, features)`.
        truth: `datasets.densities.Density`, or None.
    """
    if [c.kind for c in data.columns] == ["number", "number"]:
        figures = draw_density(run, data, samples, encode, truth, CELLS)
    else:
        figures = draw_samples(run, data, samples, encode)
    (column, *_), mean = data.columns, code["mean"]
    axes = np.argsort(-mean.var(axis=0), kind="stable")[:2]
    plane = mean[:POINTS, axes]
    if len(axes) == 1:
        plane = np.column_stack([plane, np.zeros(len(plane))])
    label, values = next(iter(data.test.labels.items()), ("", None))
    labels = None if values is None else values[:POINTS]
    heading = "means of the codes, units " + " and ".join(str(1 + axis) for axis in axes)
    figures["latent-plane"] = plot_latent_plane({heading: plane}, labels, label)
    if column.shape:
        chosen = {column.name: data.test.inputs[column.name][:EXAMPLES]}
        restored = run.predict(chosen)[column.name]
        figures["reconstructions"] = plot_reconstructions(chosen[column.name], restored)
        if len(axes) == 2:
            figures["latent-map"] = draw_map(run, column, mean.shape[1], axes)
    return figures


def draw_map(run, column, latent, axes):
    """Draw the pictures that codes of a plane decode to, at the quantiles of a normal."""
    quantiles = norm.ppf(np.linspace(OUTERMOST, 1 - OUTERMOST, GRID))
    codes = np.zeros((GRID, GRID, latent), "float32")  # (vertical, horizontal, latent)
    codes[..., axes[0]], codes[..., axes[1]] = quantiles, quantiles[::-1, None]
    decoded = run.predict({"latent": codes.reshape(-1, latent)}, "decode")[column.name]
    pictures = decoded.reshape(GRID, GRID, *column.shape)
    return plot_latent_map(pictures, quantiles, [1 + axis for axis in axes], column.max_pixel)

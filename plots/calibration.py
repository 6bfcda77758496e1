"""Whether predicted standard deviations are calibrated."""

from statistics import NormalDist

import numpy as np

from plots import style


def plot_interval_calibration(true, mean, std, label):
    """Plot the observed against the expected coverage of central Gaussian intervals.

    A curve below the diagonal means that the intervals are too narrow: the model is overconfident.

    Args:
        true: true values, `(rows,)`, in the unit of the label.
        mean: predicted means, `(rows,)`.
        std: predicted standard deviations, `(rows,)`.
        label: name of the target with its unit, such as "price [USD]".

    Returns: a Figure. At each level, the observed coverage of a perfectly calibrated model lies in
    the shaded band in 95 % of samples of this size.

    Source: V. Kuleshov et al., Accurate Uncertainties for Deep Learning Using Calibrated
    Regression, arXiv:1807.00263.
    """
    table = np.stack([np.ravel(array) for array in (true, mean, std)]).astype(float)
    true, mean, std = table[:, np.isfinite(table).all(axis=0)]
    rows = len(true)

    expected = np.linspace(0.0, 0.99, 34)
    # In standard deviations.
    half_widths = np.array([NormalDist().inv_cdf((1 + level) / 2) for level in expected])
    inside = np.abs(true - mean)[:, None] <= half_widths * std[:, None]  # (rows, levels)
    observed = inside.mean(axis=0) if rows else np.full_like(expected, np.nan)
    band = 1.96 * np.sqrt(expected * (1 - expected) / max(rows, 1))

    figure = style.create_figure(height=5.2)
    axes = figure.add_subplot(aspect="equal", xlim=(0, 1), ylim=(0, 1))
    low, high = np.clip([expected - band, expected + band], 0, 1)
    shade = {"color": style.GREY, "alpha": 0.3, "linewidth": 0}
    axes.fill_between(expected, low, high, label="95 % band of sampling noise", **shade)
    axes.plot([0, 1], [0, 1], "--", color=style.BLACK, label="perfect calibration")
    line = {"color": style.VERMILION, "markersize": 4}
    axes.plot(expected, observed, "o-", label="predicted intervals", **line)
    axes.set_xlabel("expected coverage [fraction of rows]")
    axes.set_ylabel(f"{style.wrap(label, 50)}:\nobserved coverage [fraction of rows]")
    axes.set_title(f"Calibration of the predicted intervals, {rows} rows")
    axes.legend(loc="upper left")
    axes.grid(alpha=0.3)
    return figure

"""Whether predicted standard deviations can be trusted."""

from statistics import NormalDist

import numpy as np

from plots import style


def interval_calibration(true, mean, std, label):
    """Share of the true values inside central Gaussian intervals, against the share that belongs there.

    A curve under the diagonal means intervals that are too narrow: the model is overconfident.

    Args:
        true: `(rows,)` in the unit of the label.
        mean: `(rows,)` predicted means.
        std: `(rows,)` predicted standard deviations.
        label: what is predicted, with its unit, such as "price [USD]".

    Returns:
        A Figure. At each level, the shaded band holds a perfectly calibrated model in 95 % of the samples of that size.

    Source: V. Kuleshov et al., Accurate Uncertainties for Deep Learning Using Calibrated Regression, arXiv:1807.00263.
    """
    table = np.stack([np.ravel(array) for array in (true, mean, std)]).astype(float)
    true, mean, std = table[:, np.isfinite(table).all(axis=0)]
    rows = len(true)

    expected = np.linspace(0.0, 0.99, 34)
    half_width = np.array(
        [NormalDist().inv_cdf((1 + level) / 2) for level in expected]
    )  # in standard deviations
    inside = np.abs(true - mean)[:, None] <= half_width * std[:, None]  # (rows, levels)
    observed = inside.mean(axis=0) if rows else np.full_like(expected, np.nan)
    band = 1.96 * np.sqrt(expected * (1 - expected) / max(rows, 1))

    figure = style.figure(height=5.2)
    axes = figure.add_subplot(aspect="equal", xlim=(0, 1), ylim=(0, 1))
    low, high = np.clip([expected - band, expected + band], 0, 1)
    axes.fill_between(
        expected, low, high, color=style.GREY, alpha=0.3, linewidth=0, label="95 % band of chance"
    )
    axes.plot([0, 1], [0, 1], "--", color=style.BLACK, label="calibrated")
    axes.plot(
        expected, observed, "o-", color=style.VERMILION, markersize=4, label="predicted intervals"
    )
    axes.set_xlabel("expected coverage [share of rows]")
    axes.set_ylabel(f"{style.wrap(label, 50)}:\nobserved coverage [share of rows]")
    axes.set_title(f"Calibration of the predicted intervals, {rows} rows")
    axes.legend(loc="upper left")
    axes.grid(alpha=0.3)
    return figure

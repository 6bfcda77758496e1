"""Absurd values: a lone 1e15 among measurements would decide the scale of its column."""

import numpy as np

FAR = 1000  # times the range of the middle 90 %, from the median
ALONE = 100  # times as far as the next value
SHARE = 1e-3  # of the values that may be absurd; one always may


def find_limits(values):
    """Return the smallest and the largest value that are not absurd; None if none is.

    Args:
        values: `(rows,)`; NaN is ignored.
    """
    values = values[np.isfinite(values)]
    if len(values) < 10:
        return None
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    distances = np.abs(values - middle)
    most = max(1, int(SHARE * len(values)))
    largest = -np.sort(-distances)[: most + 1]
    # Divided, since the product of large numbers may be infinite.
    is_alone = (largest[:-1] / FAR > high - low) & (largest[:-1] / ALONE > largest[1:])
    if high == low or not is_alone.any():
        return None
    usual = values[distances <= largest[np.flatnonzero(is_alone)[-1] + 1]]
    return float(usual.min()), float(usual.max())


def clip_absurd(frame, names):
    """Replace absurd numbers by the nearest usual value.

    Args:
        frame: `pandas.DataFrame`.
        names: names of the columns of numbers.

    Returns: `(frame, {name: (smallest, largest)}, remarks)`.
    """
    clipped, found, remarks = {}, {}, []
    for name in names:
        values = frame[name].to_numpy("float64", na_value=np.nan)
        if limits := find_limits(values):
            absurd = values[np.isfinite(values) & ((values < limits[0]) | (values > limits[1]))]
            found[name], clipped[name] = limits, np.clip(values, *limits)
            listed = ", ".join(f"{value:g}" for value in absurd[:3])
            remarks.append(
                f"'{name}': {len(absurd)} absurd values count as the nearest usual one: {listed}; "
                f"the others are {limits[0]:g} to {limits[1]:g}"
            )
    return frame.assign(**clipped) if clipped else frame, found, remarks

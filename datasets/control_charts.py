"""Control charts of a process: six patterns of 60 steps, drawn from their published rules."""

import numpy as np

STEPS = 60
LEVEL, SPREAD = 30.0, 2.0
PATTERNS = ("cyclic", "decreasing", "downward shift", "increasing", "normal", "upward shift")


def draw_control_charts(count, seed):
    """Draw control charts, the patterns as equally often as possible.

    With noise r from -3 to 3, drawn anew at every step t, a chart is 30 + 2 r(t), plus

        cyclic           a sin(2 pi t / T)     a and T from 10 to 15
        increasing       g t                   g from 0.2 to 0.5; decreasing: minus that
        upward shift     x from step s on      x from 7.5 to 20, s from 20 to 40; downward: minus

    each number uniform, and drawn once a chart.

    Args:
        count: number of charts.
        seed: seed of the random numbers.

    Returns: `(charts (count, 60, 1), names of their patterns (count,))`.

    Source: R. J. Alcock and Y. Manolopoulos, Time-series similarity queries employing a
    feature-based approach, 1999; UCI, Synthetic Control Chart Time Series.
    """
    random = np.random.default_rng(seed)
    labels = np.array(PATTERNS)[np.arange(count) % len(PATTERNS)]
    t = np.arange(1, STEPS + 1)  # (steps,)
    noise = random.uniform(-3, 3, (count, STEPS))

    def draw(low, high):
        return random.uniform(low, high, (count, 1))

    wave = draw(10, 15) * np.sin(2 * np.pi * t / draw(10, 15))  # (count, steps)
    trend = draw(0.2, 0.5) * t
    shift = draw(7.5, 20) * (t >= draw(STEPS / 3, 2 * STEPS / 3))
    added = {
        "cyclic": wave,
        "decreasing": -trend,
        "downward shift": -shift,
        "increasing": trend,
        "normal": 0.0 * trend,
        "upward shift": shift,
    }
    pattern = sum((labels == name)[:, None] * values for name, values in added.items())
    charts = LEVEL + SPREAD * noise + pattern
    return charts[..., None].astype("float32"), labels

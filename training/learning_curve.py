"""The learning curve: how good a network becomes with fewer training rows."""

FRACTIONS = (1 / 8, 1 / 4, 1 / 2, 1)
FEWEST = 20  # rows


def choose_counts(rows):
    """Return the numbers of training rows to try, the smallest first; the last one is all."""
    return sorted({count for f in FRACTIONS if (count := round(f * rows)) >= FEWEST} | {rows})


def measure_scores(model, count, train, validation):
    """Return a row of the curve: number of rows, then each metric on training and validation rows.

    Args:
        model: fitted, compiled `keras.Model`.
        count: number of training rows.
        train, validation: nests of arrays as `keras.Model.evaluate` takes them.
    """
    row = {"rows": count}
    for prefix, (x, y, weights) in (("", train), ("val_", validation)):
        scores = model.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True)
        row |= {f"{prefix}{name}": value for name, value in scores.items()}
    return row

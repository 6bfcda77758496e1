"""A formula beside the network it was distilled from, inside and outside the training interval."""

import numpy as np

SHOWN = 70  # letters of a formula in a table


def scores(checks, formula, front):
    """The content of `metrics.json`.

    Args:
        checks: table with the columns "where", "network" and, where known, "truth" and "measured".
        formula: `(rows,)` what the formula's SavedModel answers there.
        front: table with "complexity", "error", "chosen" and "formula".
    """
    rows = []
    for where in ("inside", "outside"):
        part = (checks["where"] == where).to_numpy()
        network = checks["network"].to_numpy()
        for judge in ("truth", "measured"):
            if (
                judge in checks
                and (known := part & np.isfinite(checks[judge].to_numpy("float64"))).any()
            ):
                true = checks[judge].to_numpy("float64")[known]
                rows.append(
                    [
                        f"{where}, against {judge}",
                        int(known.sum()),
                        rmse(formula[known], true),
                        rmse(network[known], true),
                    ]
                )
        rows.append(
            [
                f"{where}, against the network",
                int(part.sum()),
                rmse(formula[part], network[part]),
                0.0,
            ]
        )
    listed = [
        [row.complexity, row.error, "chosen" if row.chosen == "yes" else "", cut(row.formula)]
        for row in front.itertuples()
    ]
    where, _, value, baseline = rows[0]
    return {
        "summary": {"score": f"RMSE {where}", "value": value, "baseline": baseline},
        "formula": front.loc[front["chosen"] == "yes", "formula"].iloc[0],
        "tables": {
            "formulas: complexity and error": [["complexity", "error", "", "formula"], *listed],
            "root mean square error": [["where", "points", "formula", "network"], *rows],
        },
    }


def rmse(found, true):
    return float(np.sqrt(np.mean(np.square(found - true))))


def cut(text):
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."

"""The pictures of a distilled formula: its place among others, and beside the network, also where no data were."""

LONGEST = 60  # letters of LaTeX that fit above a picture
LINES = 3  # inputs along which extrapolation is drawn, at most


def pictures(front, checks, values, columns, symbols, target):
    """`{name: figure}`: the front, formula against network, and both along the inputs, the others in their middle."""
    import numpy as np

    from plots.curve import plot_curves
    from plots.pareto import plot_pareto_front
    from plots.regression import plot_predicted_against_true

    place = int(np.argmax(front["chosen"] == "yes"))
    latex = front["latex"][place]
    title = (
        f"${latex}$"
        if len(latex) <= LONGEST
        else f"a formula of complexity {front['complexity'][place]}"
    )
    inside = (checks["where"] == "inside").to_numpy()
    network = checks["network"].to_numpy()
    figures = {
        "pareto-front": plot_pareto_front(front["complexity"], front["error"], place, title),
        "formula-against-network": plot_predicted_against_true(
            network[inside], values[inside], target, names=("network", "formula")
        ),
    }
    for column, symbol in list(zip(columns, symbols, strict=True))[:LINES]:
        line = (checks["where"] == f"along {symbol}").to_numpy()
        lines = {"network": network[line], "formula": values[line]}
        if (
            "truth" in checks
            and np.isfinite(truth := checks["truth"].to_numpy("float64")[line]).any()
        ):
            lines = {"truth": truth} | lines
        x = checks[symbol].to_numpy()
        others = ", the others in their middle" if len(columns) > 1 else ""
        ends = (x[inside].min(), x[inside].max())
        name = f"extrapolation-{symbol}" if len(columns) > 1 else "extrapolation"
        figures[name] = plot_curves(
            x[line],
            lines,
            None,
            ends,
            column,
            target,
            f"Inside the training interval, and outside{others}",
        )
    return figures

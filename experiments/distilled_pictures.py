"""The pictures of a distilled formula: its place among others, and beside the network, also where no data were."""

POINTS = 400  # of a curve; a surface has 100 x 100
LONGEST = 60  # letters of LaTeX that fit above a picture


def pictures(model, front, checks, values, columns, symbols, target):
    """`{name: figure}`; extrapolation is a line over the first input, the others in the middle."""
    import numpy as np

    from plots.curve import curve
    from plots.pareto import pareto
    from plots.regression import predicted_against_true

    place = int(np.argmax(front["chosen"] == "yes"))
    latex = front["latex"][place]
    title = f"${latex}$" if len(latex) <= LONGEST else f"a formula of complexity {front['complexity'][place]}"
    inside = (checks["where"] == "inside").to_numpy()
    network = checks["network"].to_numpy()
    figures = {"pareto-front": pareto(front["complexity"], front["error"], place, title)}
    figures["formula-against-network"] = predicted_against_true(network[inside], values[inside], f"{target} by the network")
    if len(columns) == 1:
        order = np.argsort(checks[symbols[0]].to_numpy())
        x = checks[symbols[0]].to_numpy()[order]
        lines = {"network": network[order], "formula": values[order]}
        if "truth" in checks:
            lines = {"truth": checks["truth"].to_numpy("float64")[order]} | lines
        ends = (x[inside[order]].min(), x[inside[order]].max())
        figures["extrapolation"] = curve(x, lines, None, ends, columns[0], target, "Inside the training interval, and outside")
    return figures

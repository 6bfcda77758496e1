"""Score against size of compressed networks, and their weights before and after."""

import numpy as np

from plots import style

SIZES = {
    "parameters": "parameters that are not zero",
    "bit_operations": "effective bit operations (EBOPs) a row",
}


def plot_score_against_size(front, size="parameters"):
    """Score on the validation rows against the size of networks.

    Args:
        front: `{"parameters": ..., "bit_operations": ..., score: ...}`, a value a network: the
            large one, the exported one, and further ones. A first column may say what differs.
        size: "parameters" or "bit_operations".
    """
    score = list(front)[-1]
    x, y = np.array(front[size], float), np.array(front[score], float)
    figure = style.create_figure()
    axes = figure.add_subplot()
    order = np.argsort(x)
    axes.plot(x[order], y[order], "-", color=style.GREY, linewidth=1)
    axes.plot(x, y, "o", color=style.BLUE, label="further networks")
    axes.plot(x[:1], y[:1], "s", color=style.BLACK, markersize=9, label="before")
    star = {"color": style.VERMILION, "markersize": 16, "label": "exported"}
    axes.plot(x[1:2], y[1:2], "*", **star)
    name = next(iter(front))
    for number, label in enumerate(front[name]):
        text = label if isinstance(label, str) else f"{label:.3g}"
        # The exported one may be beside a further one of the same size.
        beside = y[np.isclose(x, x[number], rtol=0.02)]
        is_below = any(beside > y[number]) or (number == 1 and not any(beside < y[number]))
        offset = (0, -18) if is_below else (0, 9)
        axes.annotate(text, (x[number], y[number]), offset, textcoords="offset points", ha="center",
                      fontsize=style.SMALL)  # fmt: skip
    style.set_log_x_axis(axes)
    axes.margins(0.12)
    axes.set_xlabel(SIZES[size])
    axes.set_ylabel(f"{score}, validation rows")
    axes.set_title(f"Score against size, by {name}")
    axes.grid(alpha=0.3)
    style.add_legend(figure)
    return figure


def plot_weights(kernels):
    """Kernels as pictures, before and after; zero is white.

    Args:
        kernels: `{layer: [before, after]}`, each `(inputs, units)`; the shapes may differ.
    """
    figure = style.create_figure(height=5.2)
    panels = figure.subplots(2, len(kernels), squeeze=False)
    for column, (name, pair) in zip(panels.T, kernels.items(), strict=True):
        largest = max(np.abs(kernel).max() for kernel in pair)
        for axes, kernel, when in zip(column, pair, ("before", "after"), strict=True):
            # Colours grow with the root of the size: most weights are small.
            colours = np.sign(kernel) * np.sqrt(np.abs(kernel) / largest)
            options = {"cmap": style.DIVERGING, "vmin": -1, "vmax": 1, "aspect": "auto"}
            axes.imshow(colours, interpolation="nearest", **options)
            inputs, units = kernel.shape
            zeros = np.mean(kernel == 0)
            share = f", {zeros:.0%} zero" if zeros else ""
            axes.set_title(f"{inputs} x {units}{share}", fontsize=style.SMALL)
            axes.set_xticks([])
            axes.set_yticks([])
            axes.set_ylabel(f"inputs, {when}", fontsize=style.SMALL)
        column[1].set_xlabel(f"units of {style.cut(name, 14)}", fontsize=style.SMALL)
    figure.suptitle("Weights: red positive, blue negative, white zero")
    return figure

"""Likelihoods: what a wrong noise model costs, and noise that depends on the input."""

import numpy as np

from plots import style


def plot_efficiencies(efficiencies, examples):
    """Plot the efficiency of each loss under each noise.

    Args:
        efficiencies: `{(noise, loss): (measured, for large n)}`.
        examples: number of examples of each sample.
    """
    figure = style.create_figure(height=4.0)
    axes = figure.add_subplot()
    noises = list(dict.fromkeys(noise for noise, _ in efficiencies))
    losses = list(dict.fromkeys(loss for _, loss in efficiencies))
    width = 0.8 / len(losses)
    for number, (loss, colour) in enumerate(zip(losses, style.COLOURS, strict=False)):
        places = np.arange(len(noises)) + (number - (len(losses) - 1) / 2) * width
        measured, limit = np.transpose([efficiencies[noise, loss] for noise in noises])
        bars = axes.bar(places, measured, 0.9 * width, color=colour, alpha=0.75)
        bars.set_label(f"{loss} loss")
        for place, value in zip(places, measured, strict=True):
            text = {"ha": "center", "va": "bottom", "fontsize": style.SMALL}
            axes.text(place, value + 0.03, f"{value:.2f}", **text)
        axes.plot(places, limit, "k_", markersize=22, markeredgewidth=2, label="for many examples")
    axes.axhline(1, color=style.GREY, linestyle="--", label="Cramer-Rao bound")
    axes.set_xticks(range(len(noises)), [f"{noise} noise" for noise in noises])
    axes.set_ylim(0, 1.2)
    axes.set_ylabel("efficiency (bound over variance)")
    axes.set_title(f"Location of {examples} examples by maximum likelihood", fontsize=11)
    style.add_legend(figure, columns=3)
    return figure


def plot_learned_noise(x, y, line, truth, answers):
    """Plot data with the mean and two standard deviations of each network.

    Args:
        x, y: examples, `(rows,)`.
        line: positions, `(n,)` in ascending order.
        truth: `(mean, std)`, `(n,)` each.
        answers: `{name: (mean, std)}`.

    Returns: a Figure with a panel per network.
    """
    figure = style.create_figure(height=4.0)
    grid = figure.subplots(1, len(answers), sharey=True, squeeze=False)[0]
    for axes, (name, (mean, std)) in zip(grid, answers.items(), strict=True):
        axes.plot(x, y, ".", color=style.GREY, markersize=3, label="data")
        band = {"color": style.VERMILION, "alpha": 0.25, "linewidth": 0}
        label = "two standard deviations"
        axes.fill_between(line, mean - 2 * std, mean + 2 * std, label=label, **band)
        axes.plot(line, mean, color=style.VERMILION, linewidth=2, label="mean")
        for sign in (-2, 2):
            edge = {"color": style.BLACK, "linestyle": "--", "linewidth": 1.2, "label": "truth"}
            axes.plot(line, truth[0] + sign * truth[1], **edge)
        axes.set_title(name, fontsize=11)
        axes.set_xlabel("x")
        axes.grid(alpha=0.3)
    grid[0].set_ylabel("y")
    style.add_legend(figure, columns=4)
    return figure

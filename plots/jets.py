"""Jets as their particles: a circle each, about the axis of the jet."""

import numpy as np
from matplotlib.patches import Circle

from plots import style

AREA = 800.0  # square points of a circle that has all of the momentum
RADIUS = 0.8  # of a jet


def plot_jets(jets, titles, classes):
    """Plot jets side by side, a circle a particle, whose area is its share of the momentum.

    Args:
        jets: list of `(particles, 3)`: transverse momentum in GeV, pseudorapidity and azimuth
            relative to the axis of the jet.
        titles: title of each panel.
        classes: number of classes, of which some may have no jet here.

    Returns: a Figure.
    """
    rows, columns = style.arrange_panels(len(jets))
    figure = style.create_figure(height=0.6 + 2.2 * rows)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, jet, title in zip(grid, jets, titles, strict=False):
        momentum, eta, phi = np.asarray(jet).T
        share = momentum / momentum.sum()
        axes.scatter(eta, phi, s=AREA * share, c=style.BLUE, alpha=0.5, linewidths=0)
        axes.scatter(eta, phi, s=2, c=style.BLACK)
        axes.add_patch(Circle((0, 0), RADIUS, fill=False, linestyle="--", edgecolor=style.GREY))
        axes.set_title(title, fontsize=style.SMALL)
        axes.set_aspect("equal")
        axes.set_xlim(-0.9, 0.9)
        axes.set_ylim(-0.9, 0.9)
        axes.set_xlabel(r"$\Delta\eta$")
        axes.set_ylabel(r"$\Delta\phi$ [rad]")
    for axes in grid[len(jets) :]:
        axes.axis("off")
    which = "each class" if len(jets) == classes else f"{len(jets)} of the {classes} classes"
    figure.suptitle(f"Jets that are predicted rightly and most certainly, one for {which}")
    return figure

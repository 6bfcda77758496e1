"""How a network learned, frame by frame: its curves, maps or points above its loss."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from plots import maps, style

MOST_FRAMES = 60
SIZE = 6.4, 4.2  # inches
BAR = 0.5  # the probability at which the class changes


class Animation(NamedTuple):
    """A figure that changes.

    Args:
        figure: the Figure.
        draw: function of a frame's number that changes the figure.
        count: number of frames.
    """

    figure: Figure
    draw: Callable
    count: int


def choose_frames(count, most=MOST_FRAMES):
    """Return the numbers of the frames to draw: all, or so many at equal steps."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))


def animate_learning(scene, epochs, values, losses):
    """Draw what a network answered while it learned, above its loss.

    Args:
        scene: what does not change, with the attributes `kind`, `panels`, `labels`, `axes` and
            `known` of `runs.frames.Scene`.
        epochs: epochs before each frame, `(frames,)`.
        values: values of each frame, see `runs.frames.Frames`.
        losses: `{name: (epochs,)}`, drawn where they are positive.

    Returns: an `Animation`.
    """
    chosen = choose_frames(len(epochs))
    figure = style.create_figure(*SIZE)
    upper, lower = figure.subfigures(2, 1, height_ratios=(3, 1)) if losses else (figure, None)
    kinds = {"curves": draw_curves, "maps": draw_maps}
    kinds |= {"points": draw_points, "pictures": draw_pictures}
    move = kinds[scene.kind](upper, scene, values)
    mark = draw_losses(lower, losses) if losses else lambda epoch: None

    def draw(number):
        frame = chosen[number]
        move(values[frame])
        mark(epochs[frame])
        is_last = frame == len(epochs) - 1
        text = "the network that is kept" if is_last else f"after {plural(epochs[frame], 'epoch')}"
        upper.suptitle(text if epochs[frame] else "before the training", fontsize=11)

    draw(len(chosen) - 1)
    return Animation(figure, draw, len(chosen))


def plural(count, noun):
    return f"{count} {noun}{'' if count == 1 else 's'}"


def draw_curves(figure, scene, values):
    """Draw the curves of a scene; return the function that moves them."""
    axes, (x,), known = figure.add_subplot(), scene.axes, scene.known
    if "points" in known:
        dots = {"color": style.GREY, "markersize": 3, "alpha": 0.5}
        axes.plot(*np.transpose(known["points"]), "o", label="training data", **dots)
    names = [style.cut(name) for name in scene.panels]
    lines, alone = [], len(names) == 1
    colours = (style.VERMILION, *(c for c in style.COLOURS if c != style.VERMILION))
    for number, name in enumerate(names):
        if "truth" in known:
            black = {"color": style.BLACK, "linewidth": 2.5, "alpha": 0.8}
            axes.plot(x, known["truth"][number], label="truth" if number == 0 else None, **black)
        line = {"color": colours[number % len(colours)], "linewidth": 2, "zorder": 3}
        line["linestyle"] = style.DASHES[1 if alone else number % len(style.DASHES)]
        (drawn,) = axes.plot(x, values[-1][number], label="network" if alone else name, **line)
        lines.append(drawn)
    final = values[-1][np.isfinite(values[-1])]
    axes.set_ylim(*style.find_limits(known.get("truth", final), (final,)))
    axes.set_xlim(x[0], x[-1])
    label_axes(axes, scene)
    axes.grid(alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=style.SMALL)

    def move(frame):
        for line, curve in zip(lines, frame, strict=True):
            line.set_ydata(curve)

    return move


def draw_maps(figure, scene, values):
    """Draw the maps of a scene, and the truth beside a single one; return what changes them."""
    x, y = scene.axes
    turned = scene.labels[1] == maps.TIME  # time is the horizontal axis
    x, y, labels = (y, x, scene.labels[::-1]) if turned else (x, y, scene.labels)
    known, names = scene.known, [style.wrap(style.cut(name, 40), 24) for name in scene.panels]
    reference = [known["truth"][0]] if "truth" in known and len(names) == 1 else []
    grid = figure.subplots(1, len(names) + len(reference), sharey=True, squeeze=False)[0]
    images, contours = [], []

    def show(axes, panel, colours):
        panel = panel.T if turned else panel
        kind = {"origin": "lower", "aspect": "auto", "interpolation": "bilinear"}
        return axes.imshow(panel, extent=(x[0], x[-1], y[0], y[-1]), **kind, **colours)

    for number, axes in enumerate(grid):
        is_network = number < len(names)
        panel = values[-1][number] if is_network else reference[0]
        colours = maps.choose_value_colours(np.ravel(reference[0] if reference else panel))
        if "classes" in known:
            colours = {"vmin": 0, "vmax": 1, "cmap": style.DIVERGING, "alpha": 0.6}
        image = show(axes, panel, colours)
        if is_network:
            images.append(image)
        title = names[number] if len(names) > 1 else ("network" if is_network else "reference")
        axes.set_title(title, fontsize=10)
        axes.set_xlabel(style.wrap(labels[0], 54 // len(grid)))
        axes.locator_params(nbins=5)
        for label in range(2) if "classes" in known else ():
            marker = {"marker": "o^"[label], "color": (style.BLUE, style.VERMILION)[label]}
            rows = known["points"][known["classes"] == label]
            line = {"linestyle": "", "markersize": 8, "markeredgecolor": "white"}
            axes.plot(*rows.T, label=f"class {label}", **line, **marker)
    grid[0].set_ylabel(style.wrap(labels[1], 24))
    bar = "probability of class 1" if "classes" in known else ", ".join(scene.panels)
    if len(names) == 1 or "classes" in known:
        figure.colorbar(images[0], ax=grid, label=style.wrap(style.cut(bar, 30), 30))

    def move(frame):
        while contours:
            contours.pop().remove()
        for axes, image, panel in zip(grid, images, frame, strict=False):
            image.set_data(panel.T if turned else panel)
            if "classes" in known and panel.min() < BAR < panel.max():
                line = {"levels": [BAR], "colors": style.BLACK}
                contours.append(axes.contour(x, y, panel.T if turned else panel, **line))

    return move


def draw_points(figure, scene, values):
    """Draw the points of a scene over those of the data; return the function that moves them."""
    axes, known = figure.add_subplot(), scene.known
    if "points" in known:
        grey = {"color": style.GREY, "markersize": 2.5, "alpha": 0.5}
        axes.plot(*known["points"].T, "o", label="real rows", **grey)
    small = {"color": style.VERMILION, "markersize": 2.5, "alpha": 0.7}
    (drawn,) = axes.plot(*values[-1][0].T, "o", label="drawn by the network", **small)
    shown = np.concatenate([known.get("points", values[-1][0]), values[-1][0]])
    for column, limit in zip(shown.T, (axes.set_xlim, axes.set_ylim), strict=True):
        limit(*style.find_limits(column))
    label_axes(axes, scene)
    legend = {"loc": "center left", "bbox_to_anchor": (1.0, 0.5), "markerscale": 2}
    axes.legend(fontsize=style.SMALL, **legend)
    return lambda frame: drawn.set_data(*frame[0].T)


def draw_pictures(figure, scene, values):
    """Draw the pictures of a scene, which are one large one; return what changes them."""
    axes = figure.add_subplot()
    colours = {"cmap": "gray", "vmin": 0, "vmax": 1}
    image = axes.imshow(values[-1][0], **colours)
    axes.axis("off")
    return lambda frame: image.set_data(frame[0])


def label_axes(axes, scene):
    axes.set_xlabel(style.wrap(style.cut(scene.labels[0], 60), 55))
    axes.set_ylabel(style.wrap(style.cut(scene.labels[1], 60), 30))


def draw_losses(figure, losses):
    """Draw losses against the epoch; return the function that marks an epoch."""
    axes, styles = figure.add_subplot(), style.COLOURS
    for colour, (name, loss) in zip(styles, losses.items(), strict=False):
        loss = style.mask_nonpositive(loss)
        axes.plot(np.arange(1, len(loss) + 1), loss, color=colour, label=name, linewidth=1.5)
    shown = np.concatenate([style.mask_nonpositive(loss) for loss in losses.values()])
    if np.nanmax(shown) > 10 * np.nanmin(shown):  # a smaller range has no two powers of ten
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(numticks=4))
        axes.yaxis.set_minor_formatter(NullFormatter())
    else:
        axes.yaxis.set_major_locator(MaxNLocator(3))
    if max(map(len, losses.values())) > 1:
        style.set_log_x_axis(axes)
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    axes.grid(alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=style.SMALL)
    line = axes.axvline(1, color=style.BLACK, linewidth=1.5)

    def mark(epoch):
        line.set_visible(bool(epoch))
        line.set_xdata([epoch, epoch])

    return mark


def animate_paths(figure, steps, most=MOST_FRAMES):
    """Let the paths of a figure of `plots.descent.plot_descent_paths` grow step by step."""
    lines = [line for axes in figure.axes for line in axes.lines if len(line.get_xdata()) > 1]
    whole = [line.get_xydata().copy() for line in lines]
    title = figure.get_suptitle()
    chosen = choose_frames(steps + 1, most)

    def draw(number):
        for line, path in zip(lines, whole, strict=True):
            line.set_data(*path[: chosen[number] + 1].T)
        figure.suptitle(f"{title}: {plural(chosen[number], 'step')}", fontsize=11)

    draw(len(chosen) - 1)
    return Animation(figure, draw, len(chosen))

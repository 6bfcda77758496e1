"""Attention of a transformer: which position reads from which."""

import numpy as np

from plots import style

MOST_BLOCKS, MOST_HEADS = 4, 4  # the first ones, so that the letters can be read


def plot_attention(weights, text):
    """Plot a map for each head of each block; each row of a map adds up to 1.

    Args:
        weights: `(blocks, heads, time, time)`, from the position that reads to the one it reads.
        text: the characters that are read, a str of length `time`.

    Returns: a Figure with a row of panels for each block.
    """
    weights = np.asarray(weights)[:MOST_BLOCKS, :MOST_HEADS]
    blocks, heads, time, _ = weights.shape
    letters = [show_character(letter) for letter in text]
    figure = style.create_figure(1.3 + 2.7 * heads, 0.8 + 2.8 * blocks)
    grid = figure.subplots(blocks, heads, squeeze=False, sharex=True, sharey=True)
    for (block, head), axes in np.ndenumerate(grid):
        image = axes.imshow(weights[block, head], cmap=style.SEQUENTIAL, vmin=0, vmax=1)
        axes.set_title(f"block {block + 1}, head {head + 1}", fontsize=10)
        axes.set_xticks(range(time), letters, fontsize=style.SMALL, family="monospace")
        axes.set_yticks(range(time), letters, fontsize=style.SMALL, family="monospace")
        axes.tick_params(length=0, pad=1)
    for axes in grid[-1]:
        axes.set_xlabel("is read")
    for axes in grid[:, 0]:
        axes.set_ylabel("reads")
    figure.colorbar(image, ax=grid, shrink=0.6, label="weight")
    return figure


def show_character(letter):
    """Return a character as it can be seen: a blank or the end of a line as a sign."""
    shown = {" ": "␣", "\n": "↵", "\t": "→", "$": r"\$"}.get(letter, letter)
    return shown if shown.isprintable() else "�"

"""What the cells of the lectures call: train a run, show its pictures, show code as it is."""

import inspect
import io
import os
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

from evaluation.captions import find_caption
from runs.run import Run
from train import train
from training.device import start_tensorflow

start_tensorflow()  # without its start-up lines, which a notebook would keep


def small(full, quick):
    """Return the first value, or the second one if the environment has QUICK, as in the tests."""
    return quick if os.environ.get("QUICK") else full


def fit(experiment, name):
    """Train an experiment as `train.py` does; it replaces an earlier run of this name.

    Args:
        experiment: a topic with its options, e.g. `Digits(epochs=30)`.
        name: name of the run below saved_models/; the lectures begin it with "lecture".

    Returns: `runs.run.Run`.
    """
    topic = type(experiment).__module__.rpartition(".")[2].replace("_", "-")
    return Run(train(topic, replace(experiment, name=name, overwrite=True)))


def show(name, figure, caption=""):
    """Show a figure with its caption below.

    Args:
        name: name of the picture, by which the gallery finds it.
        figure: matplotlib Figure.
        caption: how to read it; by default the caption that pictures of this name have.
    """
    caption = caption or find_caption(name)
    if is_notebook():
        picture = io.BytesIO()
        figure.savefig(picture, format="png", dpi=100)
        display_picture(name, picture.getvalue(), caption)
    else:
        figure.draw_without_rendering()
        print(f"picture {name}: {caption}")


def show_pictures(run, *names):
    """Show pictures of an evaluated run."""
    for name in names:
        picture = (run.folder / "plots" / f"{name}.png").read_bytes()
        if is_notebook():
            display_picture(name, picture, find_caption(name))
        else:
            print(f"picture {name}: {find_caption(name)}")


def display_picture(name, picture, caption):
    """Show a PNG file, whose name stays in the notebook, and its caption."""
    from IPython.display import Image, Markdown, display

    display(Image(picture, metadata={"name": name, "alt": caption}), Markdown(f"*{caption}*"))


def show_code(*parts):
    """Show the source of functions, classes or modules of the project."""
    for part in parts:
        source = textwrap.dedent(inspect.getsource(part)).rstrip()
        path = Path(inspect.getfile(part)).relative_to(Path(__file__).parents[1])
        text = f"# {path.as_posix()}\n\n{source}"
        if is_notebook():
            from IPython.display import Markdown, display

            display(Markdown(f"```python\n{text}\n```"))
        else:
            print(text)


def is_notebook():
    """Return whether a notebook shows what is displayed; plain Python prints instead."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return get_ipython() is not None

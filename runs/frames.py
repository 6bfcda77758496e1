"""Frames: what a network answered on fixed points while it learned, for an animation.

`frames.npz` of a run has all that is needed to draw them, so that whoever draws asks no topic.
"""

import zipfile
import zlib
from typing import NamedTuple

import numpy as np

from atomic import write_atomically
from datasets.limits import check_size
from errors import UserError

FILE = "frames.npz"
AXES = {"curves": 1, "maps": 2, "points": 0, "pictures": 0}  # of each kind of scene
KNOWN = ("truth", "points", "classes")


class Scene(NamedTuple):
    """What does not change from frame to frame.

    Args:
        kind: "curves" over one axis, "maps" over two, "points" in a plane, or "pictures".
        panels: names of what the network answers: curves, maps, or one name of rows or pictures.
        labels: labels of the horizontal and the vertical axis.
        axes: positions along the axes: `(x,)` of curves, `(x, y)` of maps, `()` of all else.
        known: what is drawn in every frame, where there is any: `truth` as a frame's values,
            `points` `(rows, 2)` of the data, and their `classes`, `(rows,)` of 0 and 1.
    """

    kind: str
    panels: tuple
    labels: tuple
    axes: tuple = ()
    known: dict = {}  # noqa: RUF012  never changed


class Frames(NamedTuple):
    """A scene, and its frames.

    Args:
        scene: the `Scene`.
        epochs: number of epochs before each frame, `(frames,)`.
        values: `(frames, panels, x)` of curves, `(frames, panels, y, x)` of maps, `(frames,
            panels, points, 2)` of points; of pictures `(frames, panels, height, width, channels)`
            of one picture with all of them, from 0 to 1. The last frame is the network that is
            kept.
    """

    scene: Scene
    epochs: np.ndarray
    values: np.ndarray


def write_frames(path, frames):
    """Write a `Frames` to an npz file, whole or not at all."""
    scene = frames.scene
    arrays = {f"axis {number}": axis for number, axis in enumerate(scene.axes)}
    arrays |= {name: scene.known[name] for name in KNOWN if name in scene.known}
    texts = {name: np.array(getattr(scene, name), "U") for name in ("kind", "panels", "labels")}
    with write_atomically(path) as partial, partial.open("wb") as file:
        np.savez(file, epochs=frames.epochs, values=frames.values, **texts, **arrays)


def read_frames(path):
    """Return the `Frames` of a file; None if there is no such file.

    Raises: UserError if it is damaged. Nothing is unpickled.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            check_size(path, sum(entry.file_size for entry in arrays.zip.filelist))
            found = {name: arrays[name] for name in arrays.files}
        return check_frames(found)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise UserError(f"{path} is damaged ({error}). Train the run again") from None


def check_frames(arrays):
    """Return the `Frames` of `{name: array}`; raise ValueError unless all shapes fit."""
    texts = {name: arrays[name] for name in ("kind", "panels", "labels")}
    panels, labels = (tuple(map(str, texts[name].ravel())) for name in ("panels", "labels"))
    axes = tuple(arrays[name] for name in ("axis 0", "axis 1") if name in arrays)
    kind, known = str(texts["kind"]), {name: arrays[name] for name in KNOWN if name in arrays}
    epochs, values = arrays["epochs"], arrays["values"]
    shape = (len(epochs), len(panels), *(len(axis) for axis in reversed(axes)))
    shape += {"points": (*values.shape[2:3], 2), "pictures": values.shape[2:]}.get(kind, ())
    numbers = [epochs, values, *axes, *known.values()]
    if (
        len(axes) != AXES[kind]
        or len(labels) != 2
        or values.shape != shape
        or not len(epochs)
        or (kind == "pictures" and (values.ndim != 5 or values.shape[-1] not in (1, 3)))
        or not all(np.issubdtype(array.dtype, np.number) for array in numbers)
        or ("truth" in known and known["truth"].shape != shape[1:])
        or ("points" in known and known["points"].shape[1:] != (2,))
        or ("classes" in known and known["classes"].shape != known["points"].shape[:1])
    ):
        raise ValueError("its arrays do not fit together")
    return Frames(Scene(kind, panels, labels, axes, known), epochs, values)

"""Animations: how a network learned, as a GIF or an MP4 file."""

import numpy as np

from atomic import write_atomically
from errors import UserError
from plots.animation import animate_learning
from plots.presentation import SLIDE_PIXELS

NAME = "learning"
FRAME_SECONDS, LAST_SECONDS = 0.12, 2.5
DPI = 100
SLIDE_INCHES = 6.4, 6.4 * SLIDE_PIXELS[1] / SLIDE_PIXELS[0]  # letters are as large as on a slide
COLOURS = 200  # of a GIF
LOSSES = ("loss", "val_loss", "discriminator_loss", "val_distance")


def animate_frames(run, truth=None):
    """Return the `plots.animation.Animation` of a run, None if it has no frames.

    Args:
        run: `runs.run.Run`.
        truth: values to compare with, of the shape of a frame; by default what the frames know.
    """
    frames = run.frames
    if frames is None:
        return None
    scene = frames.scene
    if truth is not None:
        scene = scene._replace(known=scene.known | {"truth": truth})
    history = {name: np.array(run.history.get(name, ()), "float64") for name in LOSSES}
    losses = {name: loss for name, loss in history.items() if (loss > 0).any()}
    return animate_learning(scene, frames.epochs, frames.values, losses)


def draw_animation(experiment, run, data, style, kind):
    """Write `plots/learning.gif` or `.mp4` of a run, which the report shows.

    Args:
        kind: "gif" or "mp4"; "no" for neither.
    """
    if kind == "no":
        return
    animation = experiment.animate(run, data)
    if animation is None:
        raise UserError(
            "this run kept no frames: --animate draws those of functions, xor, gan, flow, "
            "gradient-descent and equations. Runs that are older than frames are trained again"
        )
    save_animation(animation, run.folder / "plots" / f"{NAME}.{kind}", style)


def save_animation(animation, path, style="screen"):
    """Write an animation to a path that ends with `.gif` or `.mp4`, creating missing folders."""
    figure, dpi = animation.figure, DPI
    if style == "slide":
        figure.set_size_inches(SLIDE_INCHES)
        dpi = SLIDE_PIXELS[0] / SLIDE_INCHES[0]
    figure.set_dpi(dpi)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # the axes stay where they are, and frames are drawn faster
    path.parent.mkdir(parents=True, exist_ok=True)
    with write_atomically(path) as partial:
        write = write_gif if path.suffix == ".gif" else write_mp4
        write(animation, partial, dpi)


def write_gif(animation, path, dpi):
    """Write a GIF in which all frames share their colours, so that unchanged pixels cost none."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas, pictures = FigureCanvasAgg(animation.figure), []
    for number in range(animation.count):
        animation.draw(number)
        canvas.draw()
        pictures.append(Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB"))
    some = pictures[:: max(1, len(pictures) // 4)] + pictures[-1:]
    montage = Image.new("RGB", (some[0].width, some[0].height * len(some)))
    for number, picture in enumerate(some):
        montage.paste(picture, (0, number * picture.height))
    palette = montage.quantize(COLOURS, dither=Image.Dither.NONE)
    first, *others = (p.quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures)
    milliseconds = [1000 * FRAME_SECONDS] * len(others) + [1000 * LAST_SECONDS]
    options = {"save_all": True, "loop": 0, "optimize": True, "disposal": 1}
    first.save(path, "GIF", append_images=others, duration=milliseconds, **options)


def write_mp4(animation, path, dpi):
    from matplotlib.animation import FFMpegWriter

    writer = FFMpegWriter(fps=round(1 / FRAME_SECONDS), extra_args=["-pix_fmt", "yuv420p"])
    named = path.with_suffix(".mp4")  # by which ffmpeg knows the format
    with writer.saving(animation.figure, str(named), dpi):
        held = round(LAST_SECONDS / FRAME_SECONDS)
        for number in [*range(animation.count), *[animation.count - 1] * held]:
            animation.draw(number)
            writer.grab_frame()
    named.replace(path)

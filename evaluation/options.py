"""The options of `evaluate.py`."""

import shutil
from dataclasses import dataclass
from typing import Annotated, Literal

import tyro

from datasets.paths import check_path
from errors import UserError


@dataclass(frozen=True)
class Options:
    """Score the test rows of a run beside its baselines and draw it, predict new rows, draw rows,
    or compare several runs."""

    run: Annotated[tuple[str, ...], tyro.conf.arg(metavar="RUN ...")]
    """folder of the run, e.g. saved_models/digits; several folders are compared"""
    data: Annotated[str, "path"] = ""
    """predict these rows instead: a table, of a forecast with the recent history; for pictures a
    folder, a file or an npz; for graphs what the training takes"""
    output: str = ""
    """file to write, or folder for new pictures; if empty predictions.csv, or samples.csv of
    --generate, in the run's folder"""
    generate: int = 0
    """draw this many new rows, or characters of a text, from a run that can, such as one of flow"""
    seed: int = 0
    """seed of --generate"""
    inputs: tuple[str, ...] = ()
    """further inputs of --generate as NAME=VALUE, e.g. temperature=0.7"""
    style: Literal["screen", "slide", "paper"] = "screen"
    """also draw the pictures for a slide (1920 x 1080, large letters) or as wide as a journal's
    column, into plots/slide or plots/paper"""
    format: tuple[Literal["png", "pdf", "svg"], ...] = ("png",)
    """formats of the pictures; the report always has PNG"""
    animate: Literal["no", "gif", "mp4"] = "no"
    """also draw how the network learned, frame by frame, into plots/ and the report, where the
    topic keeps it: functions, xor, gan, flow, gradient-descent, equations"""
    show: bool = False
    """open the report in the browser"""

    def check(self):
        """Raise UserError for options that do not go together."""
        given = [f"--{name}" for name in ("data", "generate") if getattr(self, name)]
        if self.output and not given:
            raise UserError("--output needs rows to predict: give --data FILE as well")
        if len(given) > 1:
            raise UserError("--data predicts rows and --generate draws new ones. Give one of them")
        if self.inputs and not self.generate:
            raise UserError("--inputs are those of --generate: give --generate COUNT as well")
        drawing = self.style != "screen" or self.format != ("png",) or self.show
        if given and (drawing or self.animate != "no"):
            raise UserError(
                f"{given[0]} draws no pictures. Leave out --style, --format, --animate and --show"
            )
        if given and len(self.run) != 1:
            raise UserError(f"{given[0]} takes one run. Give one folder")
        if self.animate != "no" and len(self.run) != 1:
            raise UserError("--animate takes one run. Give one folder")
        if self.animate == "mp4" and not shutil.which("ffmpeg"):
            raise UserError(
                "--animate mp4 needs the program ffmpeg, which is not installed: use gif"
            )
        if not self.run:
            raise UserError("which run? `python evaluate.py` lists all runs")
        if self.data:
            check_path(self.data, "--data")

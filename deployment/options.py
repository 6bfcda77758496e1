"""The options of `export.py`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from errors import UserError, suggest

FILES = {
    "onnx": "onnx_file",
    "tflite": "tflite_file",
    "html": "html_page",
    "hls4ml": "hls4ml_project",
    "card": "card",
}


@dataclass(frozen=True)
class Options:
    """Convert a run: to ONNX or LiteRT, which answer without TensorFlow, to a page that answers in
    a browser, to a project for an FPGA, or to a model card."""

    run: Annotated[str, tyro.conf.arg(metavar="RUN")]
    """folder of the run, e.g. saved_models/digits"""
    to: str = ""
    """format: onnx (ONNX Runtime), tflite (LiteRT), html (a page with the network inside), hls4ml
    (C++ and Verilog for an FPGA), card (a model card in Markdown)"""
    output: str = ""
    """file to write, for hls4ml a folder; if empty, one in the run's folder"""
    endpoint: str = ""
    """endpoint to convert to onnx or tflite, such as decode; if empty the run's first one"""
    quantise: Literal["none", "dynamic", "float16", "int8"] = "none"
    """smaller weights for tflite: int8 by their range (dynamic), 16 bits, or int8 with activations
    calibrated on rows of the run's data"""

    def check(self):
        """Raise UserError for options that do not go together."""
        if self.to not in FILES:
            raise UserError(
                f"--to must be one of {', '.join(FILES)}.{suggest(self.to, FILES)} "
                f"Received: {self.to!r}"
            )
        if self.quantise != "none" and self.to != "tflite":
            raise UserError(f"--quantise is an option of --to tflite. Received: --to {self.to}")
        if self.endpoint and self.to not in ("onnx", "tflite"):
            raise UserError(f"--endpoint is an option of --to onnx and tflite, not of {self.to}")

    def choose_endpoint(self, config):
        """Return the name of the endpoint to convert; raise UserError if the run has none such."""
        names = list(config["endpoints"])
        if self.endpoint and self.endpoint not in names:
            raise UserError(
                f"the run has no endpoint {self.endpoint!r}, only {', '.join(names)}."
                f"{suggest(self.endpoint, names)}"
            )
        return self.endpoint or names[0]

    def choose_output(self, folder, name):
        """Return the file or folder to write, by default `name` in the run's folder.

        The default names the endpoint and the quantisation: `model-decode.onnx`,
        `model-int8.tflite`.
        """
        stem, dot, suffix = name.partition(".")
        parts = [stem, self.endpoint, self.quantise.replace("none", "")]
        return Path(self.output or folder / f"{'-'.join(filter(None, parts))}{dot}{suffix}")

"""The options of `play.py`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from errors import UserError
from tasks.options import check_range

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Options:
    """Play with runs in a browser, and train."""

    folder: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="[FOLDER]")] = ""
    """folder of all runs; if empty saved_models, or what SAVED_MODELS names"""
    port: int = 0
    """port of the page; if 0, the first free one from 8000"""
    host: str = LOOPBACK
    """address of this machine at which others reach the page, e.g. 0.0.0.0 for all; the printed
    address then has a token, which every visitor needs"""
    open: bool = False
    """open the page in the browser"""

    def check(self):
        """Raise UserError for a folder or a port that cannot be used."""
        check_range(self, port=(0, 65535))
        if self.folder and not Path(self.folder).is_dir():
            raise UserError(f"{self.folder} is not a folder. Give the folder of all runs")

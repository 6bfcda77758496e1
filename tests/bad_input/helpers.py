"""Pieces that the tests of bad input share."""

import json

import numpy as np
import pandas as pd
import pytest

from errors import UserError
from runs.config import FINISHED, FORMAT

QUICK = ("--epochs", "1", "--members", "1")


def mistake(program, *words):
    """The message of a command that has to fail, which is one line."""
    with pytest.raises(UserError) as caught:
        program.main([str(word) for word in words])
    message = str(caught.value)
    assert message and "\n" not in message
    return message


def table(**changes):
    """60 rows: a number, a category, a class and a number that follows from the first."""
    random = np.random.default_rng(0)
    size = random.normal(size=60)
    columns = {
        "size": size,
        "colour": random.choice(["red", "blue"], 60),
        "kind": np.tile(["a", "b", "c"], 20),
    }
    return pd.DataFrame(columns | {"price": 3 * size + 1} | changes)


def write_config(folder, **changes):
    """Write the `config.json` of a run of `table` with some parts changed; return its path."""
    content = {part: kind() for part, kind in FINISHED.items()}
    content |= {"format": FORMAT, "experiment": "table"} | changes
    # NaN and Infinity are not JSON, but Python writes and reads them.
    (folder / "config.json").write_text(json.dumps(content))
    return folder / "config.json"


def npz(path, **arrays):
    np.savez(path, **arrays)
    return path

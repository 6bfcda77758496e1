"""Pieces that the tests of bad input share."""

import numpy as np
import pandas as pd
import pytest

from errors import UserError

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


def npz(path, **arrays):
    np.savez(path, **arrays)
    return path

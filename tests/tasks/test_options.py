"""Options: their ranges, and that mistakes name the option, the range and what was received."""

from dataclasses import dataclass

import pytest

from errors import UserError
from tasks.options import ANY, BatchOptions, RegularisedOptions, check_range


@dataclass(frozen=True)
class Example(RegularisedOptions, BatchOptions):
    """All options that are checked together."""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "--epochs must be a number 1 or larger. Received: 0"),
        ({"epochs": 10**30}, "--epochs must be a number 1 or larger. Received: 1"),
        ({"dropout": 1.5}, "--dropout must be a number from 0 to 0.99. Received: 1.5"),
        ({"dropout": float("nan")}, "--dropout must be a number from 0 to 0.99. Received: nan"),
        ({"l2": float("inf")}, "--l2 must be a number 0 or larger. Received: inf"),
        ({"hidden": (64, 0)}, "--hidden must be a number from 1 to 10000. Received: 0"),
        ({"learning_rate": 0}, "--learning-rate must be a number from 1e-09 to 100. Received: 0"),
        ({"batch_size": -8}, "--batch-size must be a number 1 or larger. Received: -8"),
        ({"split_seed": 2**32}, "--split-seed must be a number from 0 to 4294967295."),
        ({"seed": -1}, "--seed must be a number from 0 to 4294967295. Received: -1"),
        ({"patience": -1}, "--patience must be a number 0 or larger. Received: -1"),
        ({"snapshot_seconds": -0.1}, "--snapshot-seconds must be a number 0 or larger."),
    ],
)
def test_options_out_of_range(options, message):
    with pytest.raises(UserError) as caught:
        Example(**options).check()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "options", [{}, {"hidden": ()}, {"dropout": 0.99}, {"patience": 0}, {"snapshot_seconds": 0}]
)
def test_options_in_their_range(options):
    Example(**options).check()


def test_both_ends_are_in_the_range():
    options = Example(epochs=5)
    check_range(options, epochs=(5, 5))
    check_range(options, epochs=(0, ANY))
    for bounds in ((6, 9), (1, 4)):
        with pytest.raises(UserError, match="--epochs must be a number from"):
            check_range(options, epochs=bounds)

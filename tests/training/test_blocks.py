"""Blocks of rows: each row once an epoch, in a new order, in one block or in several."""

import itertools

import numpy as np
import pytest

from training import blocks
from training.blocks import Blocks, prefetch


@pytest.fixture(params=[2**27, 64 * 8 * 8], ids=["one block", "several blocks"])
def made(request, monkeypatch):
    """`(blocks, rows)` of 5003 rows, 8 bytes each, for batches of 8."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", request.param)
    rows = np.arange(5003, dtype="float32"), np.arange(5003, dtype="int32")
    return Blocks(rows, 8), rows


def epoch(blocks, *where):
    """The rows of an epoch as they come, block by block."""
    found = itertools.islice(blocks.epochs(*where), blocks.number)
    return [(x.numpy()[:count], y.numpy()[:count]) for (x, y), count in found]


def test_each_row_comes_once_with_its_target(made):
    blocks, (x, _) = made
    parts = epoch(blocks, 1)
    assert all(len(part) % 8 == 0 for part, _ in parts[:-1])
    values, targets = (np.concatenate(column) for column in zip(*parts, strict=True))
    np.testing.assert_array_equal(values, targets)
    np.testing.assert_array_equal(np.sort(values), x)
    assert (np.diff(values) != 1).mean() > 0.9  # mixed


def test_seed_and_epoch_decide_on_the_order(made):
    blocks, _ = made
    first = epoch(blocks, 1, 0)
    for one, other in zip(first, epoch(blocks, 1, 0), strict=True):
        np.testing.assert_array_equal(one, other)
    for where in ((1, 1), (2, 0)):
        assert (epoch(blocks, *where)[0][0] != first[0][0]).any()


def test_an_epoch_can_be_resumed(made):
    blocks, _ = made
    rest = itertools.islice(blocks.epochs(1, 3, 2), 1) if blocks.number > 2 else []
    for (x, _), count in rest:
        np.testing.assert_array_equal(x[:count], epoch(blocks, 1, 3)[2][0])
    # The epoch after it.
    (x, _), count = next(itertools.islice(blocks.epochs(1, 3), blocks.number, None))
    np.testing.assert_array_equal(x[:count], epoch(blocks, 1, 4)[0][0])


def test_all_blocks_have_the_shape_of_the_largest(made):
    blocks, _ = made
    shapes = {x.shape for (x, _), _ in itertools.islice(blocks.epochs(1), blocks.number)}
    assert shapes == {(blocks.size,)} and (blocks.number == 1) == (blocks.size == 5003)


def test_the_next_item_is_made_ahead_and_its_error_arrives():
    made = []

    def items():
        for number in range(3):
            made.append(number)
            yield number
        raise OSError("the file is gone")

    with prefetch(items()) as coming:
        assert next(coming) == 0
        assert [next(coming), next(coming)] == [1, 2]
        with pytest.raises(OSError, match="gone"):
            next(coming)
    assert made == [0, 1, 2]

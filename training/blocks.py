"""Rows in a new order every epoch, in blocks that fit into memory."""

import functools

import numpy as np
import tensorflow as tf

BLOCK_BYTES = 2**27  # rows up to here stay on the device as a whole
SEGMENTS = 64  # of neighbouring rows that make up a block; each block gets other ones in each epoch


class Blocks:
    """Training rows for a loop that takes them a block at a time.

    Rows that make one block are converted to tensors once and shuffled on the device. More rows are read block by block,
    in memory or on disk, each from many random places: that mixes a file that is sorted, too.

    Args:
        rows: nested arrays of equal length, e.g. `(x, y, weights)`; slices of them have to be arrays.
        batch_size: of the steps; all blocks but an epoch's last one are multiples of it.
    """

    def __init__(self, rows, batch_size):
        arrays = tf.nest.flatten(rows)
        self.count = len(arrays[0])
        row_bytes = sum(np.dtype(values.dtype).itemsize * int(np.prod(values.shape[1:])) for values in arrays)
        self.segment = batch_size * max(1, BLOCK_BYTES // SEGMENTS // (row_bytes * batch_size))
        self.size = min(self.count, self.segment * SEGMENTS)
        self.single = self.size == self.count
        self.rows = tf.nest.map_structure(tf.convert_to_tensor, rows) if self.single else rows

    def shuffled(self, seed, first=0):
        """Yield `(rows, count)` for each block of an epoch from number `first` on.

        The tensors always have as many rows as the largest block, so that one compiled graph takes them all; only the
        first `count` are meant.
        """
        random = np.random.default_rng(seed)
        if self.single:
            order = random.permutation(self.count)
            yield tf.nest.map_structure(lambda values: tf.gather(values, order), self.rows), self.count
            return
        # The last segment may be shorter. It stays behind the others, so that all blocks before it are full.
        segments = np.append(random.permutation(self.count // self.segment), self.count // self.segment)
        for number, start in enumerate(range(0, len(segments), SEGMENTS)):
            ranges = [slice(part * self.segment, (part + 1) * self.segment) for part in segments[start : start + SEGMENTS]]
            count = sum(len(range(*part.indices(self.count))) for part in ranges)
            order = random.permutation(count)  # drawn for blocks that are left out as well
            if number >= first and count:
                gather = functools.partial(gathered, ranges=ranges, order=np.resize(order, self.size))
                yield tf.nest.map_structure(gather, self.rows), count


def gathered(values, ranges, order):
    """Rows of several ranges as one tensor, in a given order."""
    return tf.convert_to_tensor(np.concatenate([values[part] for part in ranges])[order])

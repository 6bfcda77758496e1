"""Rows in a new order every epoch, in blocks that fit into memory."""

import concurrent.futures
import contextlib
import functools
import itertools

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
        row_bytes = sum(
            np.dtype(values.dtype).itemsize * int(np.prod(values.shape[1:])) for values in arrays
        )
        self.segment = batch_size * max(1, BLOCK_BYTES // SEGMENTS // (row_bytes * batch_size))
        self.size = min(self.count, self.segment * SEGMENTS)  # rows of the largest block
        self.number = -(-self.count // (self.segment * SEGMENTS))  # of blocks in an epoch
        self.rows = tf.nest.map_structure(tf.convert_to_tensor, rows) if self.number == 1 else rows

    def epochs(self, seed, first_epoch=0, first_block=0):
        """Yield `(rows, count)` for each block of each epoch, without end; `seed` and the epoch decide on the order.

        The tensors always have as many rows as the largest block, so that one compiled graph takes them all; only the
        first `count` are meant.
        """
        for epoch in itertools.count(first_epoch):
            random = np.random.default_rng((seed, epoch))
            if self.number == 1:
                order = random.permutation(self.count)
                yield (
                    tf.nest.map_structure(functools.partial(tf.gather, indices=order), self.rows),
                    self.count,
                )
            else:
                yield from itertools.islice(
                    self.parts(random), first_block if epoch == first_epoch else 0, None
                )

    def parts(self, random):
        """The blocks of one epoch where there are several: `(rows, count)` each."""
        full = self.count // self.segment
        # The last segment may be shorter. It stays behind the others, so that all blocks before it are full.
        segments = [*random.permutation(full), *range(full, -(-self.count // self.segment))]
        for start in range(0, len(segments), SEGMENTS):
            ranges = [
                slice(part * self.segment, (part + 1) * self.segment)
                for part in segments[start : start + SEGMENTS]
            ]
            count = sum(len(range(*part.indices(self.count))) for part in ranges)
            order = np.resize(random.permutation(count), self.size)
            yield (
                tf.nest.map_structure(
                    functools.partial(gathered, ranges=ranges, order=order), self.rows
                ),
                count,
            )


def gathered(values, ranges, order):
    """Rows of several ranges as one tensor, in a given order."""
    return tf.convert_to_tensor(np.concatenate([values[part] for part in ranges])[order])


@contextlib.contextmanager
def prefetch(items):
    """An iterator over items whose next one is made, in a thread, while the present one is used."""
    with concurrent.futures.ThreadPoolExecutor(1) as thread:

        def iterate():
            coming = thread.submit(next, items)
            while True:
                item = coming.result()
                coming = thread.submit(next, items)
                yield item

        yield iterate()

"""Rows in a new order every epoch, in blocks that fit into memory."""

import concurrent.futures
import contextlib
import itertools

import numpy as np
import tensorflow as tf

BLOCK_BYTES = 2**27  # up to here all rows stay on the device
SEGMENTS = 64  # parts of neighbouring rows that make up a block, in a new order every epoch


class Blocks:
    """Training rows for a loop that takes them a block at a time.

    Rows that make one block are converted to tensors once and shuffled on the device. More rows
    are read block by block, in memory or on disk, each from many random places: that mixes a
    sorted file as well.

    Args:
        rows: nest of arrays of equal length, e.g. `(x, y, weights)`; their slices must be arrays.
        batch_size: rows per step; all blocks but an epoch's last one are multiples of it.
    """

    def __init__(self, rows, batch_size):
        arrays = tf.nest.flatten(rows)
        self.count = len(arrays[0])
        row_bytes = sum(np.dtype(x.dtype).itemsize * int(np.prod(x.shape[1:])) for x in arrays)
        batches = max(1, BLOCK_BYTES // (row_bytes * batch_size))  # that fit into a block
        self.segments = min(SEGMENTS, batches)
        self.segment = batch_size * (batches // self.segments)
        self.size = min(self.count, self.segment * self.segments)  # rows of the largest block
        self.number = -(-self.count // (self.segment * self.segments))  # blocks per epoch
        self.rows = tf.nest.map_structure(tf.convert_to_tensor, rows) if self.number == 1 else rows

    def epochs(self, seed, first_epoch=0, first_block=0):
        """Yield `(rows, count)` for each block of each epoch, without end.

        The order depends on the seed and the epoch. The tensors always have as many rows as the
        largest block, so that one compiled graph takes them all; only the first `count` are meant.
        """
        for epoch in itertools.count(first_epoch):
            random = np.random.default_rng((seed, epoch))
            if self.number > 1:
                skipped = first_block if epoch == first_epoch else 0
                yield from itertools.islice(self.read_blocks(random), skipped, None)
                continue
            order = random.permutation(self.count)
            yield tf.nest.map_structure(lambda x, o=order: tf.gather(x, o), self.rows), self.count

    def read_blocks(self, random):
        """Yield the blocks of one epoch, if there are several: `(rows, count)` each."""
        full = self.count // self.segment
        # The last segment may be shorter. It stays last, so that all blocks before it are full.
        segments = [*random.permutation(full), *range(full, -(-self.count // self.segment))]
        for start in range(0, len(segments), self.segments):
            numbers = segments[start : start + self.segments]
            ranges = [slice(n * self.segment, (n + 1) * self.segment) for n in numbers]
            count = sum(len(range(*part.indices(self.count))) for part in ranges)
            order = np.resize(random.permutation(count), self.size)

            def gather(x, ranges=ranges, order=order):
                return tf.convert_to_tensor(np.concatenate([x[part] for part in ranges])[order])

            yield tf.nest.map_structure(gather, self.rows), count


@contextlib.contextmanager
def prefetch(items):
    """Yield an iterator over items; a thread makes the next one while the present one is used."""
    with concurrent.futures.ThreadPoolExecutor(1) as thread:

        def iterate():
            coming = thread.submit(next, items)
            while True:
                item = coming.result()
                coming = thread.submit(next, items)
                yield item

        yield iterate()

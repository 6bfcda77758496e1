"""The opinions of the score of an anomaly, against a count."""

import numpy as np

from models.anomaly_score import TailSurprise


def test_tail_surprise_counts_the_rows_beyond():
    train = np.array([[0, 5], [1, 6], [2, 7], [9, 8]], "float32")  # skewed to the right; even
    found = TailSurprise(train)(np.array([[9, 5], [1, 100], [-1, 6]], "float32")).numpy()

    def tails(*shares):
        return -np.log((np.array(shares) + 1) / 5).sum()

    # Left tails, right tails; the longer tails are the right ones.
    expected = [
        max(tails(4, 1), tails(1, 4)),
        max(tails(2, 4), tails(3, 0)),
        max(tails(0, 2), tails(4, 3)),
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-6)

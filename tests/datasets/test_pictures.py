"""Pictures become 0 and 1."""

import numpy as np
import pytest

from datasets.digits import load_digits
from datasets.pictures import binarise_pictures


def test_pixels_become_0_or_the_largest_value():
    data = load_digits(0).unlabelled()
    grey = data.train.inputs["image"]
    by_threshold = binarise_pictures(data, at_random=False).train.inputs["image"]
    assert ((by_threshold == 16) == (grey > 8)).all() and set(np.unique(by_threshold)) == {0, 16}
    at_random = binarise_pictures(data, at_random=True)
    pixels = at_random.train.inputs["image"]
    assert set(np.unique(pixels)) == {0, 16} and (pixels[grey == 16] == 16).all()
    assert pixels[grey == 8].mean() == pytest.approx(8, abs=0.5)
    again = binarise_pictures(data, at_random=True).train.inputs["image"]
    assert (again == pixels).all() and "drawn once" in at_random.remarks[-1]

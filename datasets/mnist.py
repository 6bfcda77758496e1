"""MNIST: handwritten digits of 28 x 28 pixels, from Keras or from the user's own copy."""

import gzip
import zlib

import numpy as np
from sklearn.model_selection import train_test_split

from datasets.dataset import Dataset, Split
from datasets.files import existing, read_arrays
from datasets.limits import read_bounded
from datasets.pictures import picture_columns
from errors import UserError

PARTS = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


def mnist(data, split_seed):
    """60000 pictures to train with, a tenth of which validate, and the published 10000 to test.

    Args:
        data: "" for Keras' own download, a folder with the four idx files (.gz or not), or an npz with x_train,
            y_train, x_test, y_test.
        split_seed: by which the validation pictures are chosen.

    Raises: UserError if the files are not there or cannot be read.
    """
    (x, y), (x_test, y_test) = from_files(existing(data)) if data else from_keras()
    check(x, y, data, rows=10)
    check(x_test, y_test, data)
    x, x_test = x[..., None], x_test[..., None]  # (pictures, 28, 28, 1)
    x, x_validation, y, y_validation = train_test_split(
        x, y, test_size=0.1, random_state=split_seed, stratify=y
    )
    parts = ((x, y), (x_validation, y_validation), (x_test, y_test))
    train, validation, test = (
        Split({"image": images}, {"digit": labels}) for images, labels in parts
    )
    columns, targets = picture_columns(x, y, "digit", max_pixel=255.0)
    return Dataset(
        f"MNIST from {data or 'keras.datasets'}", train, validation, test, columns, targets
    )


def check(images, labels, data, rows=0):
    """Raise UserError unless these are pictures of MNIST's form and their digits, at least `rows` of each digit."""
    if images.shape[1:] != (28, 28) or images.dtype != np.uint8 or labels.shape != images.shape[:1]:
        raise UserError(f"--data {data}: wanted bytes (pictures, 28, 28) and digits (pictures,). "
                        f"Received {images.dtype} {images.shape} and {labels.shape}")  # fmt: skip
    counts = [int((labels == digit).sum()) for digit in range(10)]
    if sum(counts) < max(len(labels), 1) or min(counts) < rows:
        raise UserError(f"--data {data}: wanted the digits 0 to 9, each {rows} times or more. Received {counts} of them "
                        f"in {len(labels)} labels")  # fmt: skip


def from_keras():
    import keras

    try:
        return keras.datasets.mnist.load_data()
    except Exception as error:  # whatever stands between this machine and the download
        reason = str(error).split("\n")[0]
        raise UserError(
            f"MNIST could not be downloaded ({reason}). Give a copy with --data: mnist.npz, or a folder with "
            "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz"
        ) from None


def from_files(path):
    """Read `((x, y), (x_test, y_test))` from a folder of idx files or from an npz."""
    if path.is_dir():
        return tuple(tuple(read_idx(path, name) for name in names) for names in PARTS.values())
    x, y, x_test, y_test = read_arrays(path, ("x_train", "y_train", "x_test", "y_test"))
    return (x, y), (x_test, y_test)


def unpacked(path):
    with gzip.open(path) as file:
        return read_bounded(path, file)


def read_idx(folder, name):
    """One file of the idx format: two zero bytes, the type (8: unsigned byte), the rank, the sizes, the numbers."""
    plain, packed = folder / name, folder / f"{name}.gz"
    if not plain.exists() and not packed.exists():
        raise UserError(f"--data {folder}: there is no {name} or {name}.gz")
    try:
        content = plain.read_bytes() if plain.exists() else unpacked(packed)
        rank = content[3]
        shape = np.frombuffer(content, ">i4", rank, offset=4)
        if content[:3] != b"\0\0\x08":
            raise ValueError("it does not begin like an idx file of bytes")
        return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)
    except (OSError, EOFError, ValueError, IndexError, zlib.error) as error:
        raise UserError(f"--data {folder}/{name} is damaged: {error}") from None

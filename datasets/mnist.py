"""MNIST: handwritten digits of 28 x 28 pixels, from Keras or from the user's own copy."""

import gzip
import zipfile
import zlib

import numpy as np
from sklearn.model_selection import train_test_split

from datasets.dataset import Dataset, Split
from datasets.limits import read_bounded
from datasets.npz import read_npz
from datasets.paths import find_path
from datasets.pictures import describe_pictures
from errors import UserError

PARTS = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


def load_mnist(data, split_seed):
    """Load 60000 pictures to train with, a tenth of which validates, and the published test set.

    Args:
        data: "" to download with Keras, a folder with the four idx files (.gz or not), or an npz
            file with x_train, y_train, x_test, y_test.
        split_seed: seed of the random choice of validation pictures.

    Raises: UserError if the files are missing or cannot be read.
    """
    (x, y), (x_test, y_test) = read_files(find_path(data)) if data else download_with_keras()
    check_digits(x, y, data, rows=10)
    check_digits(x_test, y_test, data)
    x, x_test = x[..., None], x_test[..., None]  # (pictures, 28, 28, 1)
    x, x_validation, y, y_validation = train_test_split(
        x, y, test_size=0.1, random_state=split_seed, stratify=y
    )
    parts = ((x, y), (x_validation, y_validation), (x_test, y_test))
    splits = [Split({"image": images}, {"digit": labels}) for images, labels in parts]
    columns, targets = describe_pictures(x, y, "digit", max_pixel=255.0)
    return Dataset(f"MNIST from {data or 'keras.datasets'}", *splits, columns, targets)


def holds_mnist(path):
    """Return whether a folder has MNIST's idx files, or an npz file its arrays."""
    if path.is_dir():
        return any(path.glob(f"{PARTS['train'][0]}*"))
    if path.suffix != ".npz":
        return False
    try:
        with zipfile.ZipFile(path) as file:
            return "x_train.npy" in file.namelist()
    except (OSError, zipfile.BadZipFile):
        return False  # whoever reads it says what is wrong


def check_digits(images, labels, data, rows=0):
    """Raise UserError unless these are pictures like MNIST's, at least `rows` of each digit."""
    if images.shape[1:] != (28, 28) or images.dtype != np.uint8 or labels.shape != images.shape[:1]:
        raise UserError(
            f"--data {data}: expected bytes (pictures, 28, 28) and digits (pictures,). "
            f"Received: {images.dtype} {images.shape} and {labels.shape}"
        )
    counts = [int((labels == digit).sum()) for digit in range(10)]
    if sum(counts) < max(len(labels), 1) or min(counts) < rows:
        raise UserError(
            f"--data {data}: expected the digits 0 to 9, each at least {rows} times. "
            f"Received: {counts} of them in {len(labels)} labels"
        )


def download_with_keras():
    """Return `((x, y), (x_test, y_test))` from `keras.datasets`."""
    import keras

    try:
        return keras.datasets.mnist.load_data()
    except Exception as error:  # the network, a proxy, the disk: each fails in its own way
        reason = str(error).split("\n")[0]
        names = ", ".join(f"{name}.gz" for part in PARTS.values() for name in part)
        raise UserError(
            f"MNIST could not be downloaded ({reason}). "
            f"Pass a copy with --data: mnist.npz, or a folder with {names}"
        ) from None


def read_files(path):
    """Return `((x, y), (x_test, y_test))` from a folder of idx files or from an npz file."""
    if path.is_dir():
        return tuple(tuple(read_idx(path, name) for name in names) for names in PARTS.values())
    x, y, x_test, y_test = read_npz(
        path, ("x_train", "y_train", "x_test", "y_test"), also="a folder, or "
    )
    return (x, y), (x_test, y_test)


def read_idx(folder, name):
    """Read a file in the idx format.

    The format is: two zero bytes, the type (8: unsigned byte), the rank, the sizes, the numbers.
    """
    plain, packed = folder / name, folder / f"{name}.gz"
    if not plain.exists() and not packed.exists():
        raise UserError(f"--data {folder}: there is no {name} or {name}.gz")
    try:
        content = plain.read_bytes() if plain.exists() else read_gzip(packed)
        rank = content[3]
        shape = np.frombuffer(content, ">i4", rank, offset=4)
        if content[:3] != b"\0\0\x08":
            raise ValueError("it does not begin like an idx file of bytes")
        return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)
    except (OSError, EOFError, ValueError, IndexError, zlib.error) as error:
        raise UserError(f"--data {folder}/{name} is damaged: {error}") from None


def read_gzip(path):
    """Return the unpacked bytes of a gzip file."""
    with gzip.open(path) as file:
        return read_bounded(path, file)

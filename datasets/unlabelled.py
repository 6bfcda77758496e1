"""Data without answers: points, pictures or a table, its labels known when scoring only."""

from dataclasses import replace

import numpy as np

from datasets.columns import describe_columns
from datasets.dataset import Column, Dataset, Split, list_names
from datasets.densities import DENSITIES
from datasets.digits import load_digits
from datasets.kaggle import resolve_table_path
from datasets.mnist import holds_mnist, load_mnist
from datasets.mnist_5k import load_mnist_5k
from datasets.names import NAMES
from datasets.paths import find_path
from datasets.picture_folder import load_pictures
from datasets.split import split_at_random
from datasets.table import make_table_dataset
from datasets.table_file import is_table_name, read_table
from errors import UserError, suggest

AXES = ("x", "y")


def load_unlabelled(data, label, split_seed, samples):
    """Load data of any kind and turn its targets into labels.

    Args:
        data: a name in `datasets.names.NAMES`; a table; a folder of pictures, perhaps with a
            subfolder per class; an npz with the array x, perhaps y; or a copy of MNIST (a folder of
            idx files, an npz).
        label: column of a table that is a label; "" for none.
        split_seed: seed of the random split, and of the points.
        samples: number of points to draw from a density.

    Returns: a `datasets.dataset.Dataset` without targets.

    Raises: UserError if `data` is none of these.
    """
    if data.startswith("kaggle:") or is_table_name(data):
        frame = read_table(resolve_table_path(data))
        if label:
            check_label(frame, label)
        labels = [label] if label else []
        return make_table_dataset(f"table {data}", frame, labels, split_seed).unlabelled()
    if label:
        raise UserError(f"--label names a column of a table; {data} has no columns")
    if data in DENSITIES:
        return draw_points(DENSITIES[data], samples, split_seed)
    return drop_single_class(load_labelled_pictures(data, split_seed, needs_labels=False))


def check_label(frame, label):
    """Raise UserError unless a column exists and has several values."""
    names = [str(name) for name in frame.columns]
    if label not in names:
        raise UserError(
            f"--label {label}: there is no such column.{suggest(label, names)} "
            f"The table has: {list_names(names)}"
        )
    if frame[label].nunique() < 2:
        raise UserError(f"--label {label} has one value only. Leave out the option")


def drop_single_class(data):
    """Return pictures without targets; labels that are all alike say nothing and are dropped."""
    (target,) = data.targets
    if len(target.classes) > 1:
        return data.unlabelled()
    parts = {
        name: getattr(data, name)._replace(targets={}) for name in ("train", "validation", "test")
    }
    return replace(data, **parts, targets=())


def load_labelled_pictures(data, split_seed, needs_labels=True):
    """Return pictures with a target as a `Dataset`: by name, of MNIST's files, or the user's."""
    if data == "digits":
        return load_digits(split_seed)
    if data == "mnist-5k":
        return load_mnist_5k(split_seed)
    if data == "mnist":
        return load_mnist("", split_seed)
    is_mnist = holds_mnist(find_path(data, names=NAMES))
    if is_mnist:
        return load_mnist(data, split_seed)
    return load_pictures(data, split_seed, needs_labels=needs_labels)


def draw_points(density, samples, seed):
    """Return a `Dataset` of points drawn from a `Density`, columns x and y."""
    points = density.sample(samples, np.random.default_rng(seed)).astype("float32")
    rows = Split(dict(zip(AXES, points.T, strict=True)), {})
    train, validation, test = split_at_random(rows, seed)
    columns = describe_columns(train.inputs, [Column(name) for name in AXES])
    return Dataset(density.line, train, validation, test, columns)

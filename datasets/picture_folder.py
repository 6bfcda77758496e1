"""The user's pictures: a folder with a subfolder per class, or an npz file."""

import contextlib

import numpy as np
import pandas as pd

from datasets.dataset import Dataset, Split
from datasets.limits import check_size
from datasets.npz import read_npz
from datasets.paths import find_path, list_outside_links
from datasets.picture_files import list_pictures, read_picture, read_properties
from datasets.picture_labels import label_pictures
from datasets.pictures import describe_pictures, make_picture_dataset
from datasets.split import take_fifth
from errors import UserError

LARGEST_SIDE = 64  # pixels; pictures are reduced to it unless the user sets a size
LISTED = 5  # names of skipped files in a remark
MIN_PICTURES = 5  # pictures of each class that a split into three needs


def load_pictures(data, split_seed, size=0, labels=None, needs_labels=True):
    """Read pictures and their labels, and split them.

    Args:
        data: a folder with a subfolder per class, perhaps in folders train, val and test; or an npz
            file with the arrays x (pictures, height, width[, channels]) and y (pictures,).
        split_seed: seed of the random split.
        size: height and width in pixels to resize to; 0 takes the files' median, at most 64.
        labels: table with the names of the folder's files and their labels; "" for subfolders,
            None if the topic takes no table.
        needs_labels: whether pictures without labels, or of one class, are a mistake.

    Raises: UserError if there are no pictures, fewer than two classes, or too few of one class.
    """
    if not data:
        raise UserError(
            "--data is missing: pass a folder with a subfolder per class, or an npz with x and y"
        )
    path = find_path(data)
    source = f"pictures in {path}"
    if not path.is_dir():
        images, labels = read_labelled_npz(path, needs_labels)
        check_classes(labels, path, needs_labels)
        return make_picture_dataset(
            source, images, labels, split_seed, "label", find_max_pixel(images)
        )
    labelled = label_pictures(path, labels, needs_labels)
    images, labels, parts, remarks = read_pictures(path, labelled, size)
    max_pixel = find_max_pixel(images)
    if not any(parts):
        check_classes(labels, path, needs_labels)
        return make_picture_dataset(source, images, labels, split_seed, "label", max_pixel, remarks)
    splits = split_by_folder(images, labels, parts, split_seed)
    columns, targets = describe_pictures(images, labels, "label", max_pixel)
    counts = ", ".join(f"{part}: {parts.count(part)}" for part in dict.fromkeys(parts))
    remarks = (*remarks, f"split by folders ({counts} pictures)")
    return Dataset(source, *splits, columns, targets, remarks=remarks)


def find_max_pixel(images):
    """Return the largest possible value of 8-bit pictures; of others the largest that occurs."""
    return 255.0 if images.dtype == np.uint8 else float(images.max()) or 1.0


def split_by_folder(images, labels, parts, seed):
    """Return `(train, validation, test)` by the folders in which the pictures lie.

    A fifth of the training pictures stands in for a folder that is missing.
    """
    rows, parts = Split({"image": images}, {"label": labels}), np.array(parts)
    numbers = {part: np.flatnonzero(parts == part) for part in ("train", "val", "test")}
    for part in ("test", "val"):
        if not len(numbers[part]):
            train = numbers["train"]
            numbers["train"], numbers[part] = take_fifth(train, seed, labels[train])
    missing = set(labels.tolist()) - set(labels[numbers["train"]].tolist())
    if missing:
        raise UserError(f"the class {min(missing)!r} has no pictures in the folder train. Add some")
    return tuple(rows.take(numbers[part]) for part in ("train", "val", "test"))


def check_classes(labels, path, needs_labels=True):
    """Raise UserError unless there are two classes, if needed, and enough pictures of each."""
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) < 2 and needs_labels:
        raise UserError(
            f"--data {path}: expected at least two classes, each in a subfolder. "
            f"Received: one class only ({classes[0]})"
        )
    if counts.min() < MIN_PICTURES:
        name, count = str(classes[counts.argmin()]), int(counts.min())
        raise UserError(
            f"--data {path}: class {name!r} has {count} picture{'s' * (count > 1)}; a split into "
            f"three needs at least {MIN_PICTURES} of each class. Add pictures"
        )


def read_pictures(folder, labelled, size):
    """Read the pictures of a folder.

    Args:
        folder: path of the folder.
        labelled: `{file: (label, part)}` from `label_pictures`.
        size: height and width in pixels; 0 takes the files' median.

    Returns: `(images (pictures, height, width, channels), labels (pictures,), parts, remarks)`.
    """
    found = read_properties(labelled)
    colour = any(one.has_colour for one in found.values())
    deep = any(one.is_deep for one in found.values())
    shape = (size, size) if size else choose_shape([one.size for one in found.values()])
    channels, bytes_each = (3 if colour else 1), (4 if deep else 1)
    check_size(folder, len(found) * shape[0] * shape[1] * channels * bytes_each)
    images = {}
    for file in found:
        # Resized at once: all originals may not fit into memory.
        with contextlib.suppress(UserError):
            images[file] = read_picture(file, shape, colour, deep)
    if not images:
        raise UserError(
            f"--data {folder}: none of its {len(labelled)} files can be read as a picture"
        )
    skipped = [file for file in labelled if file not in images]
    labels, parts = zip(*(labelled[file] for file in images), strict=True)
    remarks = make_remarks(folder, skipped, found, shape)
    return np.stack(list(images.values())), np.array(labels), parts, remarks


def choose_shape(sizes):
    """Return the median (height, width) in pixels of (width, height), at most `LARGEST_SIDE`."""
    widths, heights = zip(*sizes, strict=True) if sizes else ((1,), (1,))
    return tuple(int(min(LARGEST_SIDE, np.median(side))) for side in (heights, widths))


def make_remarks(folder, skipped, found, shape):
    """Return what the user should know about unusual pictures."""
    remarks = []
    if skipped:
        names = sorted(f"{file.relative_to(folder).parts[0]}/{file.name}" for file in skipped)
        listed = ", ".join(names[:LISTED]) + (", ..." if len(names) > LISTED else "")
        plural = "s" * (len(names) > 1)
        remarks.append(f"skipped {len(names)} unreadable picture{plural}: {listed}")
    if links := list_outside_links(folder):
        which = "1 link that leads" if len(links) == 1 else f"{len(links)} links that lead"
        remarks.append(f"ignored {which} out of the folder")
    counts = {
        "transparent pictures are put on white": sum(one.is_transparent for one in found.values()),
        "animated pictures show their first frame": sum(one.is_animated for one in found.values()),
        "pictures of more than 8 bits keep their range": sum(one.is_deep for one in found.values()),
    }
    remarks += [f"{text}: {count}" for text, count in counts.items() if count]
    if any(one.size[::-1] != shape for one in found.values()):
        remarks.append(f"pictures are resized to {shape[0]} x {shape[1]} pixels")
    return remarks


def read_pictures_to_predict(path, column, target):
    """Read pictures in the form of a trained network's input, and their labels if known.

    Args:
        path: a picture, a folder of pictures (with or without subfolders of classes), or an npz.
        column: `Column` of the network's input.
        target: name of the labels.

    Returns: `(pandas.DataFrame of names and known labels, {column name: (pictures, height, width,
    channels)})`.

    Raises: UserError if no picture can be read, or the shape is not the network's.
    """
    path = find_path(path)
    if path.suffix == ".npz":
        images, labels = read_labelled_npz(path)
        if images.shape[1:] != tuple(column.shape):
            raise UserError(
                f"--data {path}: expected pictures of shape {column.shape}. "
                f"Received: {images.shape[1:]}"
            )
        frame = pd.DataFrame({"picture": np.arange(len(images)), target: labels})
        return frame, {column.name: images}
    files = list_pictures(path) if path.is_dir() else [path]
    height, width, channels = column.shape
    deep = column.dtype != "uint8"
    check_size(path, len(files) * height * width * channels * (4 if deep else 1))
    rows, images = [], []
    for file in files:
        try:
            images.append(
                read_picture(file, (height, width), channels == 3, deep, column.max_pixel)
            )
        except UserError as error:
            if len(files) == 1:
                raise
            print(f"warning: skipped: {error}")
            continue
        rows.append(describe_file(file, path, target))
    if not images:
        raise UserError(f"--data {path} has no readable pictures")
    note_changes(files, (height, width), channels == 3)
    return pd.DataFrame(rows), {column.name: np.stack(images)}


def note_changes(files, shape, colour):
    """Print how many pictures are resized or lose their colours for a network's input.

    Args:
        files: paths of the pictures.
        shape: (height, width) of the input.
        colour: whether the input has colours.
    """
    found = read_properties(files).values()
    resized = sum(one.size[::-1] != shape for one in found)
    greyed = 0 if colour else sum(one.has_colour for one in found)
    size = f"{shape[0]} x {shape[1]} pixels"
    for count, change in ((resized, f"resized to {size}"), (greyed, "turned into grey ones")):
        if count:
            print(f"note: {count} of {len(files)} pictures are {change}, as the network takes them")


def describe_file(file, path, target):
    """Return a picture's name, and its label if it lies in a subfolder of a class."""
    if not path.is_dir():
        return {"picture": str(file)}
    row = {"picture": str(file.relative_to(path))}
    if file.parent != path:
        row[target] = file.parent.name
    return row


def read_labelled_npz(path, needs_labels=True):
    """Return `(images, labels)` from the arrays x and y, or images and labels.

    If no labels are needed, x alone will do, and all labels are "".
    """
    choices = [("x", "y"), ("images", "labels")] + ([] if needs_labels else [("x",), ("images",)])
    images, *labels = read_npz(path, *choices, also="a folder, or ")
    (labels,) = labels or [np.full(len(images), "")]
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim != 4 or labels.shape != images.shape[:1] or not images.size:
        raise UserError(
            f"--data {path}: expected x (pictures, height, width[, channels]) and y (pictures,). "
            f"Received: {images.shape} and {labels.shape}"
        )
    if images.dtype.kind not in "buif":
        raise UserError(f"--data {path}: expected numbers in x. Received: {images.dtype}")
    if not np.isfinite(images).all():
        raise UserError(f"--data {path}: x has values that are NaN or infinite. Replace them")
    if labels.dtype.kind not in "biuU":
        raise UserError(
            f"--data {path}: expected whole numbers or text in the labels y. "
            f"Received: {labels.dtype}"
        )
    return images, labels

"""Pictures of your own: a folder with a subfolder a class, or an npz."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, UnidentifiedImageError

from datasets.pictures import picture_dataset
from errors import UserError, nearest

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")
LARGEST_SIDE = 64  # pictures are made no larger than this unless asked for
SHOWN = 5  # names of skipped files


def pictures_of_your_own(data, split_seed, size=0):
    """Read pictures and their labels, and split them.

    Args:
        data: a folder with one subfolder a class, or an npz with arrays x (pictures, height, width[, channels]) and y.
        split_seed: of the split.
        size: height and width to resize to; 0 takes the median of the files, at most 64.

    Raises: UserError if there is nothing to read, or a class has too few pictures.
    """
    path = Path(data)
    if not data:
        raise UserError("--data wants a folder with one subfolder a class, or an npz with x and y")
    if not path.exists():
        raise UserError(f"--data {path}: no such file or folder.{nearest(path.name, names_beside(path))}")
    if path.is_dir():
        images, labels, remarks = read_folder(path, size)
    else:
        images, labels, remarks = *read_npz(path), []
    check_classes(labels, path)
    brightest = 255.0 if images.dtype == np.uint8 else float(images.max()) or 1.0
    return picture_dataset(f"pictures in {path}", images, labels, split_seed, "label", brightest, remarks)


def names_beside(path):
    return [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []


def check_classes(labels, path):
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) < 2:
        raise UserError(f"--data {path} has one class only ({classes[0]}); wanted a subfolder for each of two or more")
    if counts.min() < 5:
        name, count = classes[counts.argmin()], counts.min()
        raise UserError(f"--data {path}: class {name!r} has {count} pictures; a split into three wants 5 or more of each")


def read_folder(folder, size):
    """`(images uint8 (pictures, height, width, channels), labels (pictures,), remarks)`."""
    files = [
        (file, classes.name)
        for classes in sorted(folder.iterdir())
        if classes.is_dir()
        for file in sorted(classes.rglob("*"))
        if file.suffix.lower() in SUFFIXES
    ]
    if not files:
        raise UserError(f"--data {folder} has no pictures in subfolders; wanted {folder}/CLASS/PICTURE.png")
    pictures, labels, unreadable = [], [], []
    for file, label in files:
        try:
            pictures.append(read_picture(file))
            labels.append(label)
        except UserError:
            unreadable.append(f"{label}/{file.name}")
    if not pictures:
        raise UserError(f"--data {folder}: none of its {len(files)} files can be read as a picture")
    remarks = []
    if unreadable:
        names = ", ".join(unreadable[:SHOWN]) + (", ..." if len(unreadable) > SHOWN else "")
        remarks.append(f"skipped {len(unreadable)} unreadable pictures: {names}")
    colour = any(picture.mode == "RGB" for picture in pictures)
    if size:
        shape = (size, size)
    else:  # (height, width)
        shape = tuple(int(min(LARGEST_SIDE, np.median(side))) for side in zip(*(p.size[::-1] for p in pictures), strict=True))
    if any(picture.size[::-1] != shape for picture in pictures):
        remarks.append(f"pictures are resized to {shape[0]} x {shape[1]} pixels (--size sets it)")
    images = np.stack([to_array(picture, shape, colour) for picture in pictures])
    return images, np.array(labels), remarks


def read_picture(file):
    """Decode one file to grey or RGB; raise UserError if it is broken, or so large that it may be an attack."""
    try:
        with Image.open(file) as picture:
            return picture.convert("L" if picture.mode in ("1", "L", "LA", "I", "I;16", "F") else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UserError(f"{file} is not a readable picture: {error}") from None


def to_array(picture, shape, colour):
    """`(height, width, channels)`, uint8."""
    picture = picture.convert("RGB" if colour else "L")
    if picture.size[::-1] != tuple(shape):
        picture = picture.resize(shape[::-1], Image.Resampling.BILINEAR)
    array = np.asarray(picture)
    return array if colour else array[..., None]


def pictures_to_predict(path, column, target):
    """Pictures in the form a trained network takes them, with their labels where they are known.

    Args:
        path: a picture, a folder of pictures (with or without subfolders of classes), or an npz.
        column: describes the network's input.
        target: what the labels are called.

    Returns: `(pandas.DataFrame of names and known labels, {column name: (pictures, height, width, channels)})`.
    """
    if not path.exists():
        raise UserError(f"--data {path}: no such file or folder.{nearest(path.name, names_beside(path))}")
    if path.suffix == ".npz":
        images, labels = read_npz(path)
        if images.shape[1:] != tuple(column.shape):
            raise UserError(f"--data {path}: wanted pictures of shape {column.shape}. Received {images.shape[1:]}")
        return pd.DataFrame({"picture": np.arange(len(images)), target: labels}), {column.name: images}
    files = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
    rows, images = [], []
    for file in files:
        try:
            picture = read_picture(file)
        except UserError as error:
            if len(files) == 1:
                raise
            print(f"warning: skipped: {error}")
            continue
        height, width, channels = column.shape
        images.append(to_array(picture, (height, width), channels == 3))
        known = {target: file.parent.name} if path.is_dir() and file.parent != path else {}
        rows.append({"picture": str(file.relative_to(path) if path.is_dir() else file), **known})
    if not images:
        raise UserError(f"--data {path} has no readable pictures")
    return pd.DataFrame(rows), {column.name: np.stack(images) * (column.brightest / 255)}


def read_npz(path):
    """`(images, labels)` from arrays x and y, or images and labels."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            names = [pair for pair in (("x", "y"), ("images", "labels")) if set(pair) <= set(arrays.files)]
            if not names:
                raise UserError(f"--data {path}: wanted arrays x and y. Received {', '.join(arrays.files)}")
            images, labels = (arrays[name] for name in names[0])
    except (ValueError, OSError, EOFError, TypeError, AttributeError) as error:  # AttributeError: a lone npy
        raise UserError(f"--data {path}: wanted a folder, or an npz with arrays x and y: {error}") from None
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim != 4 or len(images) != len(labels) or labels.ndim != 1 or not len(labels):
        raise UserError(f"--data {path}: wanted x (pictures, height, width[, channels]) and y (pictures,). "
                        f"Received {images.shape} and {labels.shape}")  # fmt: skip
    return images, labels

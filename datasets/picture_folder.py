"""Pictures of your own: a folder with a subfolder a class, or an npz."""

import contextlib
import warnings

import numpy as np
import pandas as pd
from PIL import Image

from datasets.files import existing, files_inside, links_out_of, read_arrays
from datasets.limits import check_size
from datasets.pictures import picture_dataset
from errors import UserError

FORMATS = (
    "PNG",
    "JPEG",
    "BMP",
    "GIF",
    "TIFF",
    "WEBP",
    "PPM",
)  # no EPS: Pillow would hand that to an interpreter of PostScript
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")
LARGEST_SIDE = 64  # pictures are made no larger than this unless asked for
GREY = ("1", "L", "LA", "I", "I;16", "F")  # Pillow's modes without colour
SHOWN = 5  # names of skipped files


def pictures_of_your_own(data, split_seed, size=0):
    """Read pictures and their labels, and split them.

    Args:
        data: a folder with one subfolder a class, or an npz with arrays x (pictures, height, width[, channels]) and y.
        split_seed: of the split.
        size: height and width to resize to; 0 takes the median of the files, at most 64.

    Raises: UserError if there is nothing to read, or a class has too few pictures.
    """
    if not data:
        raise UserError("--data wants a folder with one subfolder a class, or an npz with x and y")
    path = existing(data)
    if path.is_dir():
        images, labels, remarks = read_folder(path, size)
    else:
        images, labels, remarks = *read_npz(path), []
    check_classes(labels, path)
    max_pixel = 255.0 if images.dtype == np.uint8 else float(images.max()) or 1.0
    return picture_dataset(
        f"pictures in {path}", images, labels, split_seed, "label", max_pixel, remarks
    )


def check_classes(labels, path):
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) < 2:
        raise UserError(
            f"--data {path} has one class only ({classes[0]}); wanted a subfolder for each of two or more"
        )
    if counts.min() < 5:
        name, count = classes[counts.argmin()], counts.min()
        raise UserError(
            f"--data {path}: class {str(name)!r} has {count} pictures; a split into three wants 5 or more of each"
        )


def read_folder(folder, size):
    """`(images uint8 (pictures, height, width, channels), labels (pictures,), remarks)`."""
    files = [
        (file, file.relative_to(folder).parts[0])
        for file in pictures_inside(folder)
        if file.parent != folder
    ]
    if not files:
        raise UserError(
            f"--data {folder} has no pictures in subfolders; wanted {folder}/CLASS/PICTURE.png"
        )
    sizes = {}  # (width, height, has colour) of each file that opens
    unreadable = []
    for file, label in files:
        try:
            with opened(file) as picture:
                sizes[file] = (*picture.size, picture.mode not in GREY)
        except UserError:
            unreadable.append(f"{label}/{file.name}")
    colour = any(has_colour for *_, has_colour in sizes.values())
    shape = (size, size) if size else usual_shape(sizes.values())
    check_size(folder, len(sizes) * shape[0] * shape[1] * (3 if colour else 1))
    images, labels = [], []
    for file, label in files:
        try:
            if file in sizes:
                images.append(
                    read_picture(file, shape, colour)
                )  # small at once: originals may not fit into memory
                labels.append(label)
        except UserError:
            unreadable.append(f"{label}/{file.name}")
    if not images:
        raise UserError(f"--data {folder}: none of its {len(files)} files can be read as a picture")
    remarks = []
    if unreadable:
        names = ", ".join(sorted(unreadable)[:SHOWN]) + (", ..." if len(unreadable) > SHOWN else "")
        remarks.append(f"skipped {len(unreadable)} unreadable pictures: {names}")
    if links := links_out_of(folder):
        remarks.append(f"left out {len(links)} links that lead out of the folder")
    if any((height, width) != shape for width, height, _ in sizes.values()):
        remarks.append(f"pictures are resized to {shape[0]} x {shape[1]} pixels (--size sets it)")
    return np.stack(images), np.array(labels), remarks


def usual_shape(sizes):
    """Median (height, width), at most `LARGEST_SIDE`."""
    widths, heights, _ = zip(*sizes, strict=True) if sizes else ((1,), (1,), ())
    return tuple(int(min(LARGEST_SIDE, np.median(side))) for side in (heights, widths))


def pictures_inside(folder):
    return [file for file in files_inside(folder) if file.suffix.lower() in SUFFIXES]


@contextlib.contextmanager
def opened(file):
    """Open a picture; raise UserError if it is broken, or so large that it may be an attack."""
    try:
        with warnings.catch_warnings(action="ignore"):  # Pillow's remarks on odd files
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as picture:
                yield picture
    except Exception as error:  # what a broken file raises differs from format to format
        raise UserError(f"{file} is not a readable picture: {error}") from None


def read_picture(file, shape, colour):
    """Decode one file to `(height, width, channels)`, uint8, resized to (height, width) `shape`."""
    with opened(file) as picture:
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
    path = existing(path)
    if path.suffix == ".npz":
        images, labels = read_npz(path)
        if images.shape[1:] != tuple(column.shape):
            raise UserError(
                f"--data {path}: wanted pictures of shape {column.shape}. Received {images.shape[1:]}"
            )
        return pd.DataFrame({"picture": np.arange(len(images)), target: labels}), {
            column.name: images
        }
    files = pictures_inside(path) if path.is_dir() else [path]
    height, width, channels = column.shape
    check_size(path, len(files) * height * width * channels)
    rows, images = [], []
    for file in files:
        try:
            images.append(read_picture(file, (height, width), channels == 3))
        except UserError as error:
            if len(files) == 1:
                raise
            print(f"warning: skipped: {error}")
            continue
        label = file.parent.name
        known = (
            {target: int(label) if label.isdigit() else label}
            if path.is_dir() and file.parent != path
            else {}
        )
        rows.append({"picture": str(file.relative_to(path) if path.is_dir() else file), **known})
    if not images:
        raise UserError(f"--data {path} has no readable pictures")
    return pd.DataFrame(rows), {column.name: np.stack(images) * (column.max_pixel / 255)}


def read_npz(path):
    """`(images, labels)` from arrays x and y, or images and labels."""
    images, labels = read_arrays(path, ("x", "y"), ("images", "labels"))
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim != 4 or labels.shape != images.shape[:1] or not images.size:
        raise UserError(f"--data {path}: wanted x (pictures, height, width[, channels]) and y (pictures,). "
                        f"Received {images.shape} and {labels.shape}")  # fmt: skip
    if images.dtype.kind not in "buif":
        raise UserError(f"--data {path}: wanted pictures x of numbers. Received {images.dtype}")
    if not np.isfinite(images).all():
        raise UserError(
            f"--data {path}: the pictures x have values that are nan or infinite. Replace them"
        )
    if labels.dtype.kind not in "biuU":
        raise UserError(
            f"--data {path}: wanted labels y of whole numbers or text. Received {labels.dtype}"
        )
    return images, labels

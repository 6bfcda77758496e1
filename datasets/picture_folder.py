"""The user's pictures: a folder with a subfolder per class, or an npz file."""

import contextlib
import warnings

import numpy as np
import pandas as pd
from PIL import Image

from datasets.files import find_path, list_files, list_outside_links, read_npz
from datasets.limits import check_size
from datasets.pictures import make_picture_dataset
from errors import UserError

# Not EPS: Pillow would pass it to an interpreter of PostScript.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")
LARGEST_SIDE = 64  # pixels; pictures are reduced to it unless the user sets a size
GREY = ("1", "L", "LA", "I", "I;16", "F")  # Pillow's modes without colour
LISTED = 5  # names of skipped files in a remark
MIN_PICTURES = 5  # pictures of each class that a split into three needs


def load_pictures(data, split_seed, size=0):
    """Read pictures and their labels, and split them.

    Args:
        data: a folder with a subfolder per class, or an npz file with the arrays x (pictures,
            height, width[, channels]) and y (pictures,).
        split_seed: seed of the random split.
        size: height and width in pixels to resize to; 0 takes the files' median, at most 64.

    Raises: UserError if there are no pictures, fewer than two classes, or too few of one class.
    """
    if not data:
        raise UserError(
            "--data is missing: pass a folder with a subfolder per class, or an npz with x and y"
        )
    path = find_path(data)
    if path.is_dir():
        images, labels, remarks = read_folder(path, size)
    else:
        images, labels, remarks = *read_labelled_npz(path), []
    check_classes(labels, path)
    max_pixel = 255.0 if images.dtype == np.uint8 else float(images.max()) or 1.0
    source = f"pictures in {path}"
    return make_picture_dataset(source, images, labels, split_seed, "label", max_pixel, remarks)


def check_classes(labels, path):
    """Raise UserError unless there are two classes and enough pictures of each."""
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) < 2:
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


def read_folder(folder, size):
    """Read the pictures in a folder's subfolders.

    Returns: `(images uint8 (pictures, height, width, channels), labels (pictures,), remarks)`.
    """
    files = [file for file in list_pictures(folder) if file.parent != folder]
    if not files:
        raise UserError(
            f"--data {folder} has no pictures in subfolders; expected {folder}/CLASS/PICTURE.png"
        )
    sizes = read_sizes(files)
    colour = any(has_colour for *_, has_colour in sizes.values())
    shape = (size, size) if size else choose_shape(sizes.values())
    check_size(folder, len(sizes) * shape[0] * shape[1] * (3 if colour else 1))
    images = {}
    for file in sizes:
        # Resized at once: all originals may not fit into memory.
        with contextlib.suppress(UserError):
            images[file] = read_picture(file, shape, colour)
    if not images:
        raise UserError(f"--data {folder}: none of its {len(files)} files can be read as a picture")
    skipped = [file for file in files if file not in images]
    labels = np.array([file.relative_to(folder).parts[0] for file in images])
    remarks = make_remarks(folder, skipped, sizes, shape)
    return np.stack(list(images.values())), labels, remarks


def read_sizes(files):
    """Return `{file: (width, height, has colour)}` of the files that can be opened."""
    sizes = {}
    for file in files:
        with contextlib.suppress(UserError), open_picture(file) as picture:
            sizes[file] = (*picture.size, picture.mode not in GREY)
    return sizes


def choose_shape(sizes):
    """Return the median (height, width) in pixels, at most `LARGEST_SIDE`."""
    widths, heights, _ = zip(*sizes, strict=True) if sizes else ((1,), (1,), ())
    return tuple(int(min(LARGEST_SIDE, np.median(side))) for side in (heights, widths))


def make_remarks(folder, skipped, sizes, shape):
    """Return what the user should know about skipped, linked and resized pictures."""
    remarks = []
    if skipped:
        names = sorted(f"{file.relative_to(folder).parts[0]}/{file.name}" for file in skipped)
        listed = ", ".join(names[:LISTED]) + (", ..." if len(names) > LISTED else "")
        remarks.append(f"skipped {len(names)} unreadable pictures: {listed}")
    if links := list_outside_links(folder):
        remarks.append(f"ignored {len(links)} links that lead out of the folder")
    if any((height, width) != shape for width, height, _ in sizes.values()):
        remarks.append(f"pictures are resized to {shape[0]} x {shape[1]} pixels (see --size)")
    return remarks


def list_pictures(folder):
    """Return the files below a folder whose names end like a picture's."""
    return [file for file in list_files(folder) if file.suffix.lower() in SUFFIXES]


@contextlib.contextmanager
def open_picture(file):
    """Open a picture; raise UserError if it is broken, or so large that it may be an attack."""
    try:
        with warnings.catch_warnings(action="ignore"):  # Pillow warns of unusual files
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as picture:
                yield picture
    except Exception as error:  # the type of the error depends on the format
        raise UserError(f"{file} is not a readable picture: {error}") from None


def read_picture(file, shape, colour):
    """Decode a file and resize it to `shape`, (height, width).

    Returns: `(height, width, channels)`, uint8; 3 channels if `colour`, otherwise 1.
    """
    with open_picture(file) as picture:
        picture = picture.convert("RGB" if colour else "L")
    if picture.size[::-1] != tuple(shape):
        picture = picture.resize(shape[::-1], Image.Resampling.BILINEAR)
    array = np.asarray(picture)
    return array if colour else array[..., None]


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
        rows.append(describe_file(file, path, target))
    if not images:
        raise UserError(f"--data {path} has no readable pictures")
    return pd.DataFrame(rows), {column.name: np.stack(images) * (column.max_pixel / 255)}


def describe_file(file, path, target):
    """Return a picture's name, and its label if it lies in a subfolder of a class."""
    if not path.is_dir():
        return {"picture": str(file)}
    row = {"picture": str(file.relative_to(path))}
    if file.parent != path:
        label = file.parent.name
        row[target] = int(label) if label.isdigit() else label
    return row


def read_labelled_npz(path):
    """Return `(images, labels)` from the arrays x and y, or images and labels."""
    images, labels = read_npz(path, ("x", "y"), ("images", "labels"))
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

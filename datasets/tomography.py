"""Sinograms with noise and the pictures behind them; pictures of the user, and sinograms."""

import numpy as np
from PIL import Image

from datasets.dataset import Column, Dataset, Split, Target
from datasets.limits import check_size
from datasets.npz import list_arrays, read_npz
from datasets.paths import find_path
from datasets.picture_files import list_pictures, read_picture, read_properties
from datasets.split import split_at_random
from errors import UserError

MIN_SIDE = 16  # pixels
MIN_PICTURES = 20
PICTURES = (("pictures",), ("x",), ("images",))  # names of their array


def make_sinogram_dataset(source, pictures, sinograms, noise, seed, remarks=()):
    """Add noise to sinograms, and split the rows.

    Args:
        source: where the pictures come from, in words.
        pictures: `(pictures, size, size)`.
        sinograms: `(pictures, angles, detectors)`, without noise.
        noise: standard deviation, as a share of the root mean square of each sinogram.
        seed: seed of the noise and of the split.
        remarks: what the user should know about the pictures.

    Returns: a `datasets.dataset.Dataset`; the context has the `noise`, and the `peak`, the largest
        pixel of the training rows.
    """
    sinograms = add_noise(sinograms, noise, seed)
    parts = split_at_random(Split({"sinogram": sinograms}, {"picture": pictures}), seed)
    sinogram = Column("sinogram", "sinogram", shape=sinograms.shape[1:])
    picture = Target("picture", shape=pictures.shape[1:])
    peak = float(parts[0].targets["picture"].max())
    angles, detectors = sinograms.shape[1:]
    remarks = (
        f"{angles} angles, {detectors} detectors, noise of {100 * noise:g} %; pictures "
        f"of {picture.shape[0]} x {picture.shape[1]} pixels",
        *remarks,
    )
    context = {"noise": noise, "peak": peak}
    return Dataset(source, *parts, (sinogram,), (picture,), remarks=remarks, context=context)


def add_noise(sinograms, noise, seed):
    """Return sinograms with Gaussian noise, float32."""
    random = np.random.default_rng(seed)
    size = np.sqrt(np.mean(np.square(sinograms), axis=(1, 2), keepdims=True))
    noisy = sinograms + noise * size * random.normal(size=np.shape(sinograms))
    return noisy.astype("float32")


def read_square_pictures(data, size):
    """Read the user's pictures as grey ones of one size.

    Args:
        data: folder of pictures, with or without subfolders, or an npz with an array pictures, x or
            images, `(pictures, height, width[, channels])`.
        size: height and width to which they are resized.

    Returns: `(pictures, size, size)` float32, and remarks for the user.

    Raises: UserError if they are not square, too small or too few.
    """
    path = find_path(data)
    found = read_folder(path, size) if path.is_dir() else read_array(path, size)
    pictures, remarks = found
    if len(pictures) < MIN_PICTURES:
        raise UserError(
            f"--data {path}: expected {MIN_PICTURES} pictures or more. Received: {len(pictures)}"
        )
    if not np.ptp(pictures):
        raise UserError(f"--data {path}: all pixels are equal. There is nothing to reconstruct")
    return pictures, remarks


def read_folder(path, size):
    """Return the pictures of a folder, and remarks."""
    files = list_pictures(path)
    properties = read_properties(files)
    if not properties:
        raise UserError(f"--data {path} has no readable pictures")
    for file, one in properties.items():
        check_sides(file, one.size[::-1])
    check_size(path, len(properties) * size**2 * 4)
    deep = any(one.is_deep for one in properties.values())
    pictures = [read_picture(file, (size, size), False, deep)[..., 0] for file in properties]
    remarks = []
    if skipped := len(files) - len(properties):
        remarks.append(f"skipped {skipped} unreadable picture{'s' * (skipped > 1)}")
    if any(one.has_colour for one in properties.values()):
        remarks.append("colours become grey")
    if any(one.size != (size, size) for one in properties.values()):
        remarks.append(f"pictures are resized to {size} x {size} pixels (see --size)")
    return np.stack(pictures).astype("float32"), remarks


def read_array(path, size):
    """Return the pictures of an npz file, and remarks."""
    (pictures,) = read_npz(path, *PICTURES, also="a folder, or ")
    where = f"--data {path}"
    if pictures.dtype.kind not in "buif" or pictures.ndim not in (3, 4) or not pictures.size:
        raise UserError(
            f"{where}: expected pictures as numbers (pictures, height, width[, channels]). "
            f"Received: {pictures.dtype} of the shape {pictures.shape}"
        )
    check_sides(path, pictures.shape[1:3])
    if not np.isfinite(pictures).all():
        number = np.argwhere(~np.isfinite(pictures))[0][0] + 1
        raise UserError(f"{where}: picture {number} has values that are missing or infinite")
    remarks = []
    if pictures.ndim == 4:
        remarks += ["colours become grey"] if pictures.shape[-1] > 1 else []
        pictures = pictures.mean(axis=-1)
    pictures = pictures.astype("float32")
    if pictures.shape[1] != size:
        check_size(path, len(pictures) * size**2 * 4)
        pictures = np.stack([resize(picture, size) for picture in pictures])
        remarks.append(f"pictures are resized to {size} x {size} pixels (see --size)")
    return pictures, remarks


def resize(picture, size):
    return np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.BILINEAR))


def check_sides(path, shape):
    """Raise UserError unless a picture is square and large enough."""
    height, width = shape
    if height != width:
        raise UserError(
            f"--data {path}: expected square pictures. Received: {height} x {width} pixels. "
            "Crop them"
        )
    if height < MIN_SIDE:
        raise UserError(
            f"--data {path}: expected pictures of {MIN_SIDE} x {MIN_SIDE} pixels or more. "
            f"Received: {height} x {width}"
        )


def read_sinograms(data, shape):
    """Read sinograms to reconstruct, and the pictures behind them if the file has them.

    Args:
        data: npz with an array sinograms, `(sinograms, angles, detectors)`, and perhaps pictures.
        shape: `(angles, detectors)` of the training.

    Returns: the sinograms, and the pictures or None.

    Raises: UserError if they have a different shape, or values are missing.
    """
    path = find_path(data)
    (sinograms,) = read_npz(path, ("sinograms",), ("sinogram",))
    if sinograms.ndim == 2:
        sinograms = sinograms[None]
    if sinograms.dtype.kind not in "iuf" or sinograms.shape[1:] != tuple(shape):
        angles, detectors = shape
        raise UserError(
            f"--data {path}: expected sinograms of {angles} angles and {detectors} detectors, "
            f"(sinograms, {angles}, {detectors}). Received: {sinograms.dtype} of the shape "
            f"{sinograms.shape}"
        )
    if not np.isfinite(sinograms).all():
        place = np.argwhere(~np.isfinite(sinograms))[0] + 1
        raise UserError(
            f"--data {path}: sinogram {place[0]} has no finite number at angle {place[1]}, "
            f"detector {place[2]}. Fill it in by interpolation"
        )
    if "pictures" not in list_arrays(path):
        return sinograms, None
    (pictures,) = read_npz(path, ("pictures",))
    if len(pictures) != len(sinograms) or pictures.dtype.kind not in "buif":
        raise UserError(
            f"--data {path}: expected a picture for each of {len(sinograms)} sinograms. Received: "
            f"{pictures.dtype} of the shape {pictures.shape}"
        )
    return sinograms, pictures

"""Picture files of any kind: how they are found, opened, turned upright and resized."""

import contextlib
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from datasets.paths import list_files
from errors import UserError

# Not EPS: Pillow would pass it to an interpreter of PostScript.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")
DEEP = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")  # Pillow's modes of more than 8 bits
GREY = ("1", "L", "LA", *DEEP)  # modes without colour
TO_16_BITS = 257  # 255 becomes 65535
TURN, SIDEWAYS = 0x0112, 5  # Exif's tag of the orientation; from 5 on, height and width are swapped


class Properties(NamedTuple):
    """What a picture is, known without decoding it.

    Attributes:
        size: (width, height) in pixels, upright.
        has_colour, is_deep, is_transparent, is_animated: whether it has colours, more than 8 bits,
            transparent pixels, or several frames.
    """

    size: tuple
    has_colour: bool
    is_deep: bool
    is_transparent: bool
    is_animated: bool


def list_pictures(folder):
    """Return the picture files below a folder, without hidden files and system files."""
    return [
        file
        for file in list_files(folder)
        if file.suffix.lower() in SUFFIXES
        and not any(part.startswith((".", "__")) for part in file.relative_to(folder).parts)
    ]


def read_properties(files):
    """Return `{file: Properties}` of the files that can be opened."""
    found = {}
    for file in files:
        with contextlib.suppress(UserError), open_picture(file) as picture:
            turned = picture.getexif().get(TURN, 1) >= SIDEWAYS
            found[file] = Properties(
                picture.size[::-1] if turned else picture.size,
                picture.mode not in GREY,
                picture.mode in DEEP,
                is_transparent(picture),
                getattr(picture, "n_frames", 1) > 1,
            )
    return found


def is_transparent(picture):
    return picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info


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


def read_picture(file, shape, colour, deep=False, max_pixel=None):
    """Decode a file, turn it upright and resize it.

    Args:
        file: path of the file; of several frames the first is read.
        shape: (height, width).
        colour: whether the result has 3 channels, otherwise 1.
        deep: whether the result is float32, with the values of pictures of more than 8 bits as they
            are; otherwise it is uint8.
        max_pixel: what the largest value of an 8-bit picture becomes if `deep`; None for 65535.

    Returns: `(height, width, channels)`.
    """
    with open_picture(file) as picture:
        picture = ImageOps.exif_transpose(picture)
        is_deep = picture.mode in DEEP
        if is_transparent(picture):
            picture = put_on_white(picture)
        if is_deep and deep:
            picture = picture.convert("I").convert("F") if picture.mode != "F" else picture
        else:
            picture = picture.convert("RGB" if colour else "L")
        if picture.size[::-1] != tuple(shape):
            picture = picture.resize(shape[::-1], Image.Resampling.BILINEAR)
        array = np.asarray(picture)
    if deep and not is_deep:
        array = array * np.float32(TO_16_BITS if max_pixel is None else max_pixel / 255)
    array = array if array.ndim == 3 else array[..., None]
    if deep:
        array = np.repeat(array, 3, axis=-1) if colour and array.shape[-1] == 1 else array
        return array.astype("float32")
    return array


def put_on_white(picture):
    """Return a picture without transparency, on a white background."""
    picture = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")

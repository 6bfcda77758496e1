"""Create the small pictures in docs/, and the page docs/gallery.md of the best ones.

    python notebooks/build.py
    python docs/gallery.py

The page has pictures of the lectures; the other pages have pictures of finished runs. What is not
built, or not trained and evaluated, is named and left as it is.
"""

import base64
import io
import json
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from evaluation.captions import find_caption  # noqa: E402

PLOTS = {  # name of the run: name of its plot
    "xor": "decision-surface",
    "polynomial": "inside-and-outside",
    "function": "inside-and-outside",
    "house-prices": "predicted-against-true",
    "jets": "confusion",
    "jet-particles": "jets",
    "table": "confusion",
    "digits": "feature-maps",
    "mnist": "mistakes",
    "images": "confusion",
    "spiking": "raster",
    "sequence": "activation-maps",
    "forecast": "forecast",
    "clustering": "clusters",
    "nodes": "embedding",
    "interaction": "rollout",
    "hamiltonian": "energy",
    "neural-ode": "beyond-training",
    "graphs": "alike",
    "flow": "log-density",
    "vae": "samples",
    "gan": "samples",
    "diffusion": "noise-to-data",
    "language": "loss-against-time",
    "ode": "solution",
    "poisson": "solution-u",
    "helmholtz": "solution-u",
    "heat": "solution-u",
    "wave": "solution-u",
    "advection": "solution-u",
    "burgers": "solution-u",
    "burgers-inverse": "constants",
    "allen-cahn": "solution-u",
    "schroedinger": "solution-u",
    "navier-stokes-cavity": "solution-u",
    "neuron": "half-spaces",
    "convolution": "shifts",
    "regularisation": "methods",
    "decision": "score-against-time",
    "likelihood": "noise-models",
    "cross-validation": "best-of-many",
    "autodiff": "graph",
    "backprop": "gradients-by-depth",
    "activations": "activations",
    "gradient-descent": "paths",
    "universal-approximation": "curves",
    "operator": "functions",
    "distil": "extrapolation",
    "discover": "discovery",
    "tomography": "reconstructed",
    "hidden-physics": "hidden-term",
    "prune": "weights",
    "quantise": "score-by-bit-operations",
    "knowledge-distillation": "score-by-parameters",
}
WIDTH = 480  # pixels


class Picture(NamedTuple):
    """A picture of a lecture.

    Args:
        title: heading on the page.
        lecture: file of the lecture without its suffix.
        name: name of the picture.
        command: words behind `python train.py` that make it from the command line.
    """

    title: str
    lecture: str
    name: str
    command: str

    @property
    def file(self):
        return f"lecture-{self.lecture.split('_')[1]}-{self.name}.png"


BEST = (
    Picture("Three ways down", "lecture_01_backpropagation", "paths", "gradient-descent"),
    Picture("One hidden layer", "lecture_02_functions", "decision-surface", "xor"),
    Picture("What kernels see", "lecture_03_images", "filtered", "convolution"),
    Picture("From pixels to features", "lecture_03_images", "feature-maps", "digits"),
    Picture("Seven ideas of a border", "lecture_04_training", "surfaces", "decision"),
    Picture("Noise that is learned", "lecture_04_training", "learned-noise", "likelihood"),
    Picture("A shock", "lecture_05_physics", "solution-u", "burgers"),
    Picture(
        "The formula behind a network", "lecture_06_formulas", "extrapolation",
        "distil --from saved_models/polynomial",
    ),
    Picture(
        "From noise to data", "lecture_07_features", "noise-to-data", "diffusion --data pinwheel",
    ),
    Picture("What speaks for a class", "lecture_08_sequences", "activation-maps", "sequence"),
    Picture(
        "Most weights can go", "lecture_09_deployment", "weights", "prune --from saved_models/jets"
    ),
    Picture(
        "What the network looks at", "lecture_10_exam", "importance",
        "table --data tumours.csv --target diagnosis",
    ),
)  # fmt: skip


def main():
    for picture in BEST:
        write_picture(read_lecture_picture(picture), picture.file)
    for run, name in PLOTS.items():
        write_picture(read_run_picture(run, name), f"{run}.png")
    (ROOT / "docs" / "gallery.md").write_text(write_page(), encoding="utf-8")
    print("docs/gallery.md")


def read_lecture_picture(picture):
    """Return a picture of a built lecture as bytes, None if there is none."""
    path = ROOT / "notebooks" / "built" / f"{picture.lecture}.ipynb"
    if not path.exists():
        return report(f"{path.name} is missing; build it: python notebooks/build.py")
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            if output.get("metadata", {}).get("image/png", {}).get("name") == picture.name:
                return base64.b64decode("".join(output["data"]["image/png"]))
    return report(f"{path.name} has no picture {picture.name}")


def read_run_picture(run, name):
    """Return a picture of an evaluated run as bytes, None if there is none."""
    path = ROOT / "saved_models" / run / "plots" / f"{name}.png"
    if not path.exists():
        found = path.relative_to(ROOT).as_posix()
        return report(f"{run}: {found} is missing; train and evaluate the run first")
    return path.read_bytes()


def report(text):
    print(text, file=sys.stderr)


def write_picture(content, name):
    """Write a picture to docs/, small and with few colours."""
    if content is None:
        return
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    height = round(WIDTH * picture.height / picture.width)
    picture = picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
    target = ROOT / "docs" / name
    picture.quantize(256).save(target, optimize=True)
    print(f"{target.relative_to(ROOT)}  {target.stat().st_size / 1000:.0f} kB")


def write_page():
    """Return the text of docs/gallery.md."""
    parts = [
        "# Gallery",
        "Pictures of the [lectures](notebooks.md), with the command that makes one like it.\n"
        "`python docs/gallery.py` writes this page from the built notebooks.",
    ]
    for picture in BEST:
        number, caption = int(picture.lecture.split("_")[1]), find_caption(picture.name)
        link = f"From [lecture {number}](../notebooks/{picture.lecture}.py)."
        parts += [
            f"## {picture.title}",
            f'<img src="{picture.file}" width="{WIDTH}" alt="{picture.title.lower()}">',
            f"{wrap(caption)}\n{link}",
            f"```bash\npython train.py {picture.command}\n```",
        ]
    return "\n\n".join(parts) + "\n"


def wrap(text):
    return textwrap.fill(text, 100, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    main()

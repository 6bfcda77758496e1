"""Create the small pictures in docs/ from plots of finished runs.

    python docs/gallery.py

Train and evaluate the runs first.
"""

import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
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
    "autoencoder": "reconstructions",
    "clustering": "clusters",
    "nodes": "embedding",
    "interaction": "rollout",
    "hamiltonian": "energy",
    "neural-ode": "beyond-training",
    "graphs": "alike",
    "flow": "log-density",
    "vae": "samples",
    "gan": "samples",
    "diffusion": "paths",
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


def main():
    for run, name in PLOTS.items():
        source = ROOT / "saved_models" / run / "plots" / f"{name}.png"
        if not source.exists():
            path = source.relative_to(ROOT)
            print(f"{run}: {path} is missing; train and evaluate the run first", file=sys.stderr)
            continue
        picture = Image.open(source).convert("RGB")
        height = round(WIDTH * picture.height / picture.width)
        picture = picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
        target = ROOT / "docs" / f"{run}.png"
        picture.quantize(256).save(target, optimize=True)
        print(f"{target.relative_to(ROOT)}  {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()

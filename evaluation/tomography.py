"""Networks of tomography beside classical methods: on test pictures, and on unfamiliar ones."""

import numpy as np

from datasets.phantoms import draw_phantoms, make_shepp_logan, measure_phantom
from datasets.tomography import add_noise
from evaluation.advice import compare_to_baseline
from evaluation.evaluation import Evaluation, Headline
from evaluation.tomography_file import SCORE, find_error, measure_psnr
from models.projector import list_angles
from plots.history import plot_history
from plots.tomography import plot_reconstructions, plot_scores

SCORED = 100  # pictures; total variation takes a while
UNFAMILIAR = 50  # pictures of each kind
SHOWN = 3


def evaluate_tomography(run, data, baselines, is_phantom):
    """Score and draw a network beside classical reconstructions.

    Args:
        run: `runs.run.Run` with the endpoints `serve` and `project`.
        data: `datasets.dataset.Dataset` from `datasets.tomography.make_sinogram_dataset`.
        baselines: from `evaluation.tomography_baselines.fit_tomography_baselines`.
        is_phantom: whether the pictures are phantoms, so that others can be drawn.

    Returns: an `Evaluation`.
    """
    methods = {name: baseline.endpoints["serve"] for name, baseline in baselines.items()}
    methods["network"] = run.predict
    test, peak = data.test.take(slice(SCORED)), data.context["peak"]
    y, true = test.inputs["sinogram"], test.targets["picture"]
    print(f"Reconstructing {len(y)} test pictures by the network and by classical methods ...")
    pictures = reconstruct(methods, y)
    psnr = {name: measure_psnr(x, true, peak) for name, x in pictures.items()}
    scores = {}
    for name, x in pictures.items():
        projected = run.predict({"picture": x}, "project")["sinogram"]
        scores[name] = {
            SCORE: float(psnr[name].mean()),
            "standard error": float(psnr[name].std() / len(y) ** 0.5),
            "relative error": find_error(x, true),
            "relative residual": find_error(projected, y),
        }
    tables = {f"test ({len(y)} pictures)": tabulate(scores)}
    by_target = {name: {"picture": found} for name, found in scores.items()}
    metrics = {
        "splits": {"test": {"rows": len(y), "scores": by_target}},
        "fit_seconds": {name: baseline.seconds for name, baseline in baselines.items()},
    }
    figures = {
        "history": plot_history(run.history),
        "reconstructed": draw(y, true, pictures, psnr, "The first test pictures"),
        "psnr-by-picture": plot_scores(psnr),
    }
    if is_phantom:
        unfamiliar, figures["unfamiliar"] = score_unfamiliar(methods, data)
        tables[f"{SCORE} of what the training has not seen"] = tabulate(unfamiliar)
        metrics["unfamiliar"] = unfamiliar
    value = {name: found[SCORE] for name, found in scores.items()}
    best = max(baselines, key=value.get)
    headline = Headline(SCORE, value["network"], value[best], best)
    advice = tuple(compare_to_baseline(headline))
    return Evaluation(headline, tables, figures, metrics, advice)


def reconstruct(methods, sinograms):
    """Return `{method: pictures}`."""
    return {name: serve({"sinogram": sinograms})["picture"] for name, serve in methods.items()}


def tabulate(scores):
    """Return a table with a row for each entry of `{name: {column: value}}`."""
    columns = list(next(iter(scores.values())))
    return [["", *columns], *([name, *found.values()] for name, found in scores.items())]


def draw(sinograms, true, pictures, psnr, title, labels=()):
    """Draw the first pictures by all methods but SIRT, with which the others would be small."""
    shown = {"truth": true} | {name: x for name, x in pictures.items() if name != "SIRT"}
    shown = {name: x[:SHOWN] for name, x in shown.items()}
    return plot_reconstructions(sinograms[:SHOWN], shown, psnr, title, labels)


def score_unfamiliar(methods, data):
    """Return `{what: {method: PSNR}}` of pictures that the training has not seen, and a Figure."""
    shape, size = data.columns[0].shape, data.targets[0].shape[0]
    scores, first = {}, []
    for name, (sinograms, true) in draw_unfamiliar(shape, size, data.context["noise"]).items():
        pictures = reconstruct(methods, sinograms)
        psnr = {method: measure_psnr(x, true, 1.0) for method, x in pictures.items()}
        scores[name] = {method: float(x.mean()) for method, x in psnr.items()}
        first.append((sinograms[0], true[0], *({m: x[0] for m, x in part.items()}
                                               for part in (pictures, psnr))))  # fmt: skip
    sinograms, true, pictures, psnr = zip(*first, strict=True)
    pictures, psnr = (
        {method: np.stack([one[method] for one in part]) for method in methods}
        for part in (pictures, psnr)
    )
    rows = np.stack(sinograms), np.stack(true), pictures, psnr
    return scores, draw(*rows, "What the training has not seen", tuple(scores))


def draw_unfamiliar(shape, size, noise):
    """Return `{what: (sinograms, pictures)}` of different shapes, and of more noise."""
    geometry = size, list_angles(shape[0]), shape[1]
    shepp_logan = [x[None] for x in measure_phantom(make_shepp_logan(size), *geometry)]
    kinds = {
        "Shepp-Logan": (*shepp_logan, noise),
        "rectangles": (*draw_phantoms(UNFAMILIAR, *geometry, 1, "rectangle"), noise),
        "three times the noise": (*draw_phantoms(UNFAMILIAR, *geometry, 2), 3 * noise),
    }
    return {
        name: (add_noise(sinograms, level, 3), pictures)
        for name, (pictures, sinograms, level) in kinds.items()
    }

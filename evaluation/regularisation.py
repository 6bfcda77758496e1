"""Scores of many networks on the same rows, by method, by number of rows, and by capacity."""

import numpy as np

STATES = ("at_the_end", "early_stopping")


def score_networks(run, data, networks, seeds):
    """Return `{(network, state, split): (losses, accuracies)}`, arrays `(seeds,)`.

    Args:
        run: `runs.run.Run` with the endpoint `networks`.
        data: has `x` and `y` of the splits.
        networks: list of `(method, rows, units)`.
        seeds: networks of each kind.
    """
    scores = {}
    for split in ("train", "validation", "test"):
        x = data.x[split].reshape(-1, 8, 8)
        for state, probabilities in run.predict({"image": x}, "networks").items():
            answers = np.moveaxis(probabilities, 1, 0)  # (networks * seeds, rows, classes)
            for number, network in enumerate(networks):
                rows = network[1] if split == "train" else len(x)
                own, y = answers[number * seeds : (number + 1) * seeds, :rows], data.y[split][:rows]
                of_truth = np.take_along_axis(own, np.broadcast_to(y, own.shape[:2])[..., None], 2)
                losses = -np.log(np.maximum(of_truth, 1e-30)).mean(axis=(1, 2))
                accuracies = (own.argmax(axis=-1) == y).mean(axis=1)
                # The first of equal networks: some of the table are also in the curves.
                scores.setdefault((network, state, split), (losses, accuracies))
    return scores


def score_methods(methods, scores):
    """Return the table of all methods, and the one with the lowest validation loss."""
    kinds = list(dict.fromkeys(network for network, _, _ in scores))[: len(methods)]
    table = [["method", "train", "lowest", "highest", "test", "validation, early", "test, early"]]
    validation = {}
    for kind in kinds:
        test, early = (scores[kind, state, "test"][1] for state in STATES)
        train = scores[kind, "at_the_end", "train"][1]
        validation[kind[0]] = float(np.median(scores[kind, "early_stopping", "validation"][0]))
        row = np.median(train), test.min(), test.max(), np.median(test)
        table.append([kind[0], *map(float, row), validation[kind[0]], float(np.median(early))])
    return table, min(validation, key=validation.get)


def sort_curves(networks, scores, history, largest):
    """Return what `plots.regularisation.plot_learning_curves` draws.

    Args:
        networks, scores: as in `score_networks`.
        history: columns method, step, loss and val_loss.
        largest: units of a network whose number of units is not restricted.
    """
    columns = {name: np.array(values) for name, values in history.items()}
    by_step = {}
    for method in ("nothing", "all four"):
        here = columns["method"] == method
        by_step[method] = [columns[name][here] for name in ("step", "loss", "val_loss")]
    own = networks[0][1]

    def collect(kinds, sizes):
        return sizes, *(
            np.array([1 - np.median(scores[kind, "at_the_end", split][1]) for kind in kinds])
            for split in ("train", "test")
        )

    by_rows = {}
    for method in by_step:
        sizes = sorted({rows for name, rows, units in networks if name == method and not units})
        by_rows[method] = collect([(method, rows, 0) for rows in sizes], sizes)
    sizes = sorted({units for name, rows, units in networks if units and units < largest})
    kinds = [("nothing", own, units) for units in sizes] + [("nothing", own, 0)]
    return by_step, by_rows, collect(kinds, [*sizes, largest])

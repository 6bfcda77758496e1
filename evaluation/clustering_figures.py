"""Pictures and tables of clusters: the plane, what is at their centres, how many there are."""

import numpy as np

from evaluation.features import project_to_plane

SHOWN = 50  # clusters in a picture or a table


def read_centroids(run, clusters):
    """Return what is at the centre of each cluster, `{column: (clusters, ...)}`."""
    return run.predict({"k": np.arange(min(clusters, SHOWN), dtype="int32")}, "centroid")


def tabulate_centroids(run, data, answers):
    """Return the columns at the centre of each cluster as a table, `{}` for pictures."""
    if data.columns[0].shape:
        return {}
    clusters = answers["probabilities"].shape[1]
    centroids, counts = read_centroids(run, clusters), np.bincount(answers["cluster"])
    shares = np.resize(np.pad(counts, (0, clusters)), clusters) / counts.sum()
    names = [column.name for column in data.columns]
    rows = [["cluster", "share of test rows", *(column.label for column in data.columns)]]
    for k in range(min(clusters, SHOWN)):
        values = (centroids[name][k] for name in names)
        plain = [str(v) if isinstance(v, np.str_) else float(v) for v in values]
        rows.append([k, float(shares[k]), *plain])
    return {"Columns at the centre of each cluster: mean, or most frequent category": rows}


def draw_clusters(run, data, answers, label, truth):
    """Draw the history, the plane of clusters, their centres, and the agreement by number."""
    from plots.clustering import plot_agreement, plot_centroids, plot_clusters
    from plots.history import plot_history

    cluster, test = answers["cluster"], data.test.inputs
    kinds = [column.kind for column in data.columns]
    if kinds == ["number", "number"]:
        names = [column.label for column in data.columns]
        plane = np.stack([test[column.name] for column in data.columns], axis=1)
    else:
        names = ["first component of the code", "second component"]
        plane = project_to_plane(run.predict(test, "encode")["latent"])
    colours = {"cluster": cluster} | ({} if truth is None else {label: truth})
    figures = {
        "history": plot_history(run.history),
        "clusters": plot_clusters(plane, names, colours),
    }
    (column, *_) = data.columns
    if column.kind == "image":
        centroids = read_centroids(run, answers["probabilities"].shape[1])[column.name]
        figures["centroids"] = plot_centroids(centroids, np.bincount(cluster))
    if (run.folder / "clusters.csv").exists():
        table = run.read_table("clusters")
        chosen = answers["probabilities"].shape[1]
        figures["agreement-by-clusters"] = plot_agreement(
            table["clusters"], table["agreement"], chosen
        )
    return figures

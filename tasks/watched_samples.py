"""What an animation shows of a generator: where the same latent rows go."""

POINTS = 1000
PICTURES = 4, 10  # rows and columns


def watch_samples(export, data):
    """Return a `runs.frames.Scene` and the function of its present values; None unless the rows are
    points of a plane, or pictures.

    Args:
        export: `runs.endpoint.Export` with an endpoint `decode` of latent rows.
        data: `datasets.dataset.Dataset`.
    """
    import numpy as np

    from runs.frames import Scene

    columns, decode = data.columns, export.endpoints["decode"]
    shapes, kinds = [c.shape for c in columns], {c.kind for c in columns}
    are_points, are_pictures = shapes == [(), ()] and kinds == {"number"}, kinds == {"image"}
    if not (are_points or are_pictures):
        return None
    latent, *others = decode.inputs
    count = POINTS if are_points else PICTURES[0] * PICTURES[1]
    drawn = np.random.default_rng(0).standard_normal((count, *latent.shape)).astype("float32")
    inputs = {latent.name: drawn} | {other.name: other.default for other in others}

    def stack(rows):
        return np.stack([np.asarray(rows[c.name])[:POINTS] for c in columns], axis=-1)

    if are_points:
        known = {"points": stack(data.train.inputs)}
        scene = Scene("points", ("rows",), tuple(c.label for c in columns), (), known)
        return scene, lambda: stack(decode.function(inputs))[None]

    def arrange():
        ((height, width, channels), *_), (column, *_) = shapes, columns
        pixels = np.asarray(decode.function(inputs)[column.name]) / column.max_pixel
        grid = pixels.reshape(*PICTURES, height, width, channels).swapaxes(1, 2)
        return grid.reshape(1, PICTURES[0] * height, PICTURES[1] * width, channels)

    return Scene("pictures", (columns[0].name,), ("", "")), arrange

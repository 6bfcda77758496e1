"""Jets as lists of their particles, of which the networks of sequences and sets learn."""

from dataclasses import replace

import h5py
import numpy as np
import pandas as pd

from datasets.dataset import Column, Dataset, Split, Target
from datasets.jet_features import compute_jet_features
from datasets.jets import describe_showers, explain, read_array, read_jet_table, read_labels
from datasets.names import OPENML
from datasets.paths import find_path
from datasets.showers import draw_jets
from datasets.split import split_at_random
from errors import UserError

PARTICLES, LENGTH = "particles", "length"
NAMES = ("j1_pt", "j1_etarel", "j1_phirel")  # of a particle, in a file of the lectures


def load_jet_particles(data, target, split_seed, rows, samples, particles):
    """Load jets as lists of particles.

    Args:
        data: path of an HDF5 file of the lectures, or "" to draw showers.
        target, split_seed, rows, samples: see `datasets.jets.load_jets`.
        particles: number of particles of each jet, the ones of the largest momentum.

    Returns: a `datasets.dataset.Dataset`. A particle is its transverse momentum in GeV, and its
    pseudorapidity and azimuth relative to the jet's axis; NaN behind the last particle.

    Raises: UserError if the file has no lists of particles.
    """
    if data:
        x, labels = read_particles(data, particles)
        source = f"jets from {data}"
    else:
        x, labels = draw_jets(samples, particles, split_seed)
        source = describe_showers(samples)
    if rows and rows < len(x):
        chosen = pd.Series(range(len(x))).sample(rows, random_state=split_seed)  # as of a table
        x, labels = x[chosen], labels[chosen]
    x = np.where(x[:, :, :1] > 0, x, np.nan).astype("float32")
    length = (x[:, :, 0] > 0).sum(axis=1).astype("int32")
    rows = Split({PARTICLES: x, LENGTH: length}, {target: labels})
    splits = split_at_random(rows, split_seed, labels)
    # The network itself scales momenta, by their logarithm.
    columns = (
        Column(PARTICLES, "sequence", mean=(0.0,) * 3, std=(1.0,) * 3, shape=(None, 3)),
        Column(LENGTH, dtype="int32", default=0),
    )
    classes = tuple(sorted(set(labels.tolist())))
    return Dataset(source, *splits, columns, (Target(target, classes=classes),))


def read_particles(data, particles):
    """Return the leading particles in a file, `(jets, particles, 3)`, and the labels."""
    advice = "an HDF5 file of the lectures (jetConstituentList, particleFeatureNames, jets)"
    if data == OPENML:
        raise UserError(f"OpenML's table has no particles. Use --model dense, or pass {advice}")
    path = find_path(data)
    try:
        with h5py.File(path) as file:
            names = [name.decode() for name in read_array(file, "particleFeatureNames")]
            x = read_array(file, "jetConstituentList")[:, :, [names.index(n) for n in NAMES]]
            labels = read_labels(read_jet_table(file))
    except (OSError, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise UserError(
            f"--data {path}: this --model needs lists of particles: {advice}; --model dense takes "
            f"tables of features ({explain(error)})"
        ) from None
    order = np.argsort(-x[:, :, 0], axis=1, kind="stable")[:, :particles, None]
    return np.take_along_axis(x, order, axis=1), labels


def to_feature_inputs(inputs):
    """Return the inputs of a table of high-level features, `{feature: (jets,)}`."""
    features = compute_jet_features(inputs[PARTICLES])
    return {name: features[name].to_numpy() for name in features}


def to_feature_table(data):
    """Return the same jets, in the same splits, as a table of their high-level features."""
    splits = {
        name: getattr(data, name)._replace(inputs=to_feature_inputs(getattr(data, name).inputs))
        for name in ("train", "validation", "test")
    }
    columns = tuple(Column(name) for name in splits["train"].inputs)
    return replace(data, **splits, columns=columns)

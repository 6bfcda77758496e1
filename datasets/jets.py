"""Tables of jets: their high-level features, and the particle that each comes from."""

import re
import warnings

import h5py
import numpy as np
import pandas as pd
from sklearn.datasets import fetch_openml

from datasets.jet_features import compute_jet_features
from datasets.limits import check_size
from datasets.names import OPENML
from datasets.paths import find_path
from datasets.roles import Roles
from datasets.showers import CLASSES, draw_jets
from datasets.table import make_table_dataset
from datasets.table_file import read_table
from errors import UserError

OPENML_ID = 42468  # hls4ml_lhc_jets_hlf: 830000 jets, 16 features, classes g, q, t, w, z
FEATURES = (
    "zlogz",
    "c1_b0_mmdt",
    "c1_b1_mmdt",
    "c1_b2_mmdt",
    "c2_b1_mmdt",
    "c2_b2_mmdt",
    "d2_b1_mmdt",
    "d2_b2_mmdt",
    "d2_a1_b1_mmdt",
    "d2_a1_b2_mmdt",
    "m2_b1_mmdt",
    "m2_b2_mmdt",
    "n2_b1_mmdt",
    "n2_b2_mmdt",
    "mass_mmdt",
    "multiplicity",
)
SHOWER_PARTICLES = 60  # of a drawn jet, which rarely has more
EVENT = "event"  # column that numbers the events
GLUON = 21  # Monte Carlo number of a gluon; quarks are 1 to 6


def load_jets(data, target, split_seed, rows=0, samples=0):
    """Load jets as a table dataset.

    Args:
        data: path of a CSV, Parquet or HDF5 file; "openml" for the published
            hls4ml_lhc_jets_hlf; or "" to draw showers.
        target: name of the column to predict.
        split_seed: seed of the random split, and of the showers.
        rows: number of jets to take at random; 0 takes all.
        samples: number of showers to draw.

    Raises: UserError without a network, or if the file is not in one of the expected forms.
    """
    if not data:
        particles, labels = draw_jets(samples, SHOWER_PARTICLES, split_seed)
        frame = compute_jet_features(particles).assign(**{target: labels})
        source = describe_showers(samples)
    elif data == OPENML:
        frame, source = download_from_openml(), f"jets from OpenML {OPENML_ID}, hls4ml_lhc_jets_hlf"
    else:
        frame, source = read_jets(find_path(data)), f"jets from {data}"
    if rows and rows < len(frame):
        frame = frame.sample(rows, random_state=split_seed)
    # The two jets of an event are not independent.
    roles = Roles(group=EVENT if EVENT in frame else "")
    return make_table_dataset(source, frame, [target], split_seed, "classification", roles=roles)


def describe_showers(samples):
    """Return where drawn jets come from, in words."""
    return f"{samples} jets drawn by a parton shower"


def download_from_openml():
    """Return the published table of jets."""
    try:
        with warnings.catch_warnings(action="ignore"):  # scikit-learn warns at each retry
            return fetch_openml(data_id=OPENML_ID, as_frame=True, parser="auto").frame
    except OSError as error:  # a failed connection is an OSError
        reason = " ".join(str(error).split())[:120]
        raise UserError(
            f"OpenML's dataset {OPENML_ID} could not be downloaded ({reason}). Pass a copy with "
            "--data: a CSV or Parquet file with the column 'class', or an HDF5 file"
        ) from None


def read_jets(path):
    """Return a table of jets from a CSV, Parquet or HDF5 file."""
    if path.suffix not in (".h5", ".hdf5"):
        return read_table(path)
    try:
        with h5py.File(path) as file:
            return read_lecture_file(file) if "jetFeatureNames" in file else read_groups(file)
    except (OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        # The file may have other groups, shapes or types.
        raise UserError(
            f"--data {path}: expected an HDF5 file with jets and jetFeatureNames, or with "
            f"jet_features and jet_eflow_variables ({explain(error)})"
        ) from None


def explain(error):
    """Return what is wrong with an HDF5 file, without h5py's words about its own calls."""
    if isinstance(error, OSError):
        return "this is no HDF5 file, or it is damaged"
    text = next(iter(str(error).splitlines()), "")
    inner = re.search(r"Unable to .*?\((.*)\)", text)
    return inner[1] if inner else text


def read_lecture_file(file):
    """Return the table in a file of the lectures.

    Such a file has a row per jet, with its class one-hot in the columns j_g, j_q, j_w, j_z, j_t.
    The table has the 16 features of the published table, under the same names.
    """
    frame = read_jet_table(file)
    features = frame[[f"j_{name}" for name in FEATURES]]
    labels = read_labels(frame)
    return features.rename(columns=lambda name: name.removeprefix("j_")).assign(**{"class": labels})


def read_jet_table(file):
    """Return the array `jets` of a file of the lectures as a table."""
    names = [name.decode() for name in read_array(file, "jetFeatureNames")]
    return pd.DataFrame(read_array(file, "jets"), columns=names)


def read_labels(frame):
    """Return the class of each jet, `(jets,)`, from its one-hot columns."""
    one_hot = frame[[f"j_{label}" for label in CLASSES]].to_numpy()
    return np.array(CLASSES)[one_hot.argmax(axis=1)]


def read_groups(file):
    """Return the table in a file with two jets per event.

    Such a file has jet features and energy flow values of shape (events, 2, features). The column
    `Flavor` becomes `class`: g for gluons, q for quarks. `event` numbers the events.
    """
    tables = []
    for group, prefix in (("jet_features", ""), ("jet_eflow_variables", "efp_")):
        values = read_array(file, f"{group}/data")
        names = [prefix + label.decode() for label in read_array(file, f"{group}/labels")]
        events = np.repeat(np.arange(len(values)), values.size // len(names) // len(values))
        values = values.reshape(-1, len(names))  # (jets, features)
        tables.append(pd.DataFrame(values, columns=names))
    frame = pd.concat(tables, axis=1)
    labels = np.where(frame["Flavor"] == GLUON, "g", "q")
    return frame.drop(columns="Flavor").assign(**{"class": labels, EVENT: events})


def read_array(file, name):
    """Return an HDF5 dataset's values, which must lie in this file and fit into memory."""
    dataset = file[name]
    if dataset.external or dataset.is_virtual or dataset.file.filename != file.filename:
        raise ValueError(f"{name} is stored in a different file")
    check_size(file.filename, dataset.nbytes)
    return dataset[:]

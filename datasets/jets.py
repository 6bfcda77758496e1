"""Jets of particles: their high-level features, and what they came from."""

import warnings

import h5py
import numpy as np
import pandas as pd
from sklearn.datasets import fetch_openml

from datasets.files import existing
from datasets.limits import check_size
from datasets.table import table_dataset
from datasets.table_file import read_table
from errors import UserError

OPENML_ID = 42468  # hls4ml_lhc_jets_hlf: 830000 jets, 16 features, classes g, q, t, w, z
FEATURES = (
    *(
        "zlogz",
        "c1_b0_mmdt",
        "c1_b1_mmdt",
        "c1_b2_mmdt",
        "c2_b1_mmdt",
        "c2_b2_mmdt",
        "d2_b1_mmdt",
        "d2_b2_mmdt",
    ),
    *(
        "d2_a1_b1_mmdt",
        "d2_a1_b2_mmdt",
        "m2_b1_mmdt",
        "m2_b2_mmdt",
        "n2_b1_mmdt",
        "n2_b2_mmdt",
        "mass_mmdt",
    ),
    "multiplicity",
)
GLUON = 21  # the Monte Carlo number of a gluon; quarks are 1 to 6


def jets(data, target, split_seed, rows=0):
    """Jets as a table dataset.

    Args:
        data: a CSV, Parquet or HDF5 file, or "" for OpenML's hls4ml_lhc_jets_hlf.
        target: the column to predict.
        split_seed: of the split.
        rows: how many jets to take, at random; 0 takes all.

    Raises: UserError without a network, or for a file of another form.
    """
    frame = read_jets(existing(data)) if data else from_openml()
    if rows and rows < len(frame):
        frame = frame.sample(rows, random_state=split_seed)
    source = f"jets from {data or f'OpenML {OPENML_ID}, hls4ml_lhc_jets_hlf'}"
    return table_dataset(source, frame, [target], split_seed, "classification")


def from_openml():
    try:
        with warnings.catch_warnings(action="ignore"):  # it announces each retry
            return fetch_openml(data_id=OPENML_ID, as_frame=True, parser="auto").frame
    except OSError as error:  # a failed connection is an OSError
        reason = " ".join(str(error).split())[:120]
        raise UserError(
            f"OpenML's data set {OPENML_ID} could not be downloaded ({reason}). "
            "Give a copy with --data: a CSV or Parquet file with the column 'class', or an HDF5 file"
        ) from None


def read_jets(path):
    """A table of jets from CSV, Parquet or HDF5."""
    if path.suffix not in (".h5", ".hdf5"):
        return read_table(path)
    try:
        with h5py.File(path) as file:
            return lecture_file(file) if "jetFeatureNames" in file else feature_groups(file)
    except (
        OSError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
    ) as error:  # other groups, shapes or types in it
        raise UserError(
            f"--data {path}: wanted an HDF5 file with jets and jetFeatureNames, or with jet_features and "
            f"jet_eflow_variables ({str(error).splitlines()[0]})"
        ) from None


def whole(file, name):
    """All values of an HDF5 dataset, which must lie in this file and fit into the memory."""
    dataset = file[name]
    if dataset.external or dataset.is_virtual or dataset.file.filename != file.filename:
        raise ValueError(f"{name} lies in another file")
    check_size(file.filename, dataset.nbytes)
    return dataset[:]


def lecture_file(file):
    """The files of the lectures: a row a jet, its class one-hot in the columns j_g, j_q, j_w, j_z, j_t.

    Keeps the 16 features of the published table, under its names.
    """
    names = [name.decode() for name in whole(file, "jetFeatureNames")]
    frame = pd.DataFrame(whole(file, "jets"), columns=names)
    one_hot = frame[["j_g", "j_q", "j_t", "j_w", "j_z"]]
    jets = frame[[f"j_{name}" for name in FEATURES]].rename(
        columns=lambda name: name.removeprefix("j_")
    )
    return jets.assign(
        **{"class": np.array(["g", "q", "t", "w", "z"])[one_hot.to_numpy().argmax(axis=1)]}
    )


def feature_groups(file):
    """Files with two jets an event: (events, 2, features) of jet features and of energy flow values.

    The column `Flavor` becomes `class`: g for gluons, q for quarks.
    """
    tables = []
    for group, prefix in (("jet_features", ""), ("jet_eflow_variables", "efp_")):
        values = whole(file, f"{group}/data")
        names = [prefix + label.decode() for label in whole(file, f"{group}/labels")]
        tables.append(
            pd.DataFrame(values.reshape(-1, len(names)), columns=names)
        )  # (jets, features)
    frame = pd.concat(tables, axis=1)
    return frame.drop(columns="Flavor").assign(
        **{"class": np.where(frame["Flavor"] == GLUON, "g", "q")}
    )

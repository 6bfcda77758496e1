"""Progress of diabetes from ten measurements of 442 patients; the data ships with scikit-learn."""

from datasets.table import make_table_dataset


def load_diabetes(seed):
    """Load the measurements in their own units, split at random, as a `datasets.dataset.Dataset`.

    Args:
        seed: seed of the split.
    """
    from sklearn import datasets

    frame = datasets.load_diabetes(as_frame=True, scaled=False).frame
    source = "scikit-learn's diabetes data"
    return make_table_dataset(source, frame, ["target"], seed, task="regression")

"""Data without answers: digits, pictures or a table, its labels known when scoring only."""

from datasets.digits import load_digits
from datasets.kaggle import resolve_table_path
from datasets.picture_folder import load_pictures
from datasets.table import make_table_dataset
from datasets.table_file import is_table_name, read_table


def load_unlabelled(data, label, split_seed):
    """Load data of any kind and turn its targets into labels.

    Args:
        data: "" for scikit-learn's digits, a folder of pictures with a subfolder per class, an npz
            with arrays x and y, or a table.
        label: column of a table that is a label; "" for none.
        split_seed: seed of the random split.

    Returns: a `datasets.dataset.Dataset` without targets.
    """
    if not data:
        return load_digits(split_seed).unlabelled()
    if data.startswith("kaggle:") or is_table_name(data):
        frame = read_table(resolve_table_path(data))
        labels = [label] if label else []
        return make_table_dataset(f"table {data}", frame, labels, split_seed).unlabelled()
    return load_pictures(data, split_seed).unlabelled()

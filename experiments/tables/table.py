"""The exam: your own table. Finds out what the columns are, regression or classification, and fits.

For example: python train.py table --data flowers.csv --target species
"""

from dataclasses import dataclass
from typing import Literal

from errors import UserError
from tasks.options import FilePath
from tasks.tables import TableModel

LARGE = 500_000_000  # bytes, uncompressed; in memory they take a few times as many
IMBALANCED = 3  # how many times as frequent the largest class may be before classes are weighted


@dataclass(frozen=True)
class Table(TableModel):
    data: FilePath = ""
    """CSV or Parquet file, folder of them, pattern such as "folder/*.csv", or
    kaggle:owner/name[/versions/N][/file]"""
    target: tuple[str, ...] = ()
    """column or columns to predict"""
    test_data: FilePath = ""
    """file of the same columns with the test rows; a fifth of --data if empty"""
    task: Literal["auto", "regression", "classification"] = "auto"
    """predict numbers or classes; auto decides by the target's values"""
    class_weights: Literal["auto", "balanced", "none"] = "auto"
    """give rare classes larger weights; auto does so if one class is more than 3 times as frequent
    as a different one"""
    stream: Literal["auto", "yes", "no"] = "auto"
    """read the table in pieces, for data larger than memory; auto does so above 500 MB"""

    def load(self):
        from datasets.kaggle import resolve_table_path
        from datasets.table import make_table_dataset
        from datasets.table_file import read_table
        from datasets.table_files import find_table_files
        from datasets.table_stream import stream_table

        if not self.data:
            raise UserError(
                "table needs --data FILE.csv (or .parquet, or kaggle:owner/name) and "
                "--target COLUMN"
            )
        files = find_table_files(self.data)
        if not self.target:
            raise UserError(
                f"--target must name one or more of the columns: {', '.join(files.names)}"
            )
        test = read_table(resolve_table_path(self.test_data)) if self.test_data else None
        source = f"table {self.data}"
        options = self.target, self.split_seed, self.task
        if not self.streams(files):
            frame = files.read_at_once()
            return make_table_dataset(source, frame, *options, None, self.probabilistic, test)
        if self.members > 1:
            raise UserError(
                "--members must be 1 for a table that is read in pieces; or give --stream no. "
                f"Received: {self.members}"
            )
        size = files.bytes / 1e9
        print(f"reading     in pieces, about {size:.1f} GB (--stream no: at once, into memory)")
        return stream_table(source, files, *options, self.probabilistic, test)

    def streams(self, files):
        """Return whether the table is read in pieces."""
        return self.stream == "yes" or (self.stream == "auto" and files.bytes > LARGE)

    def row_weights(self, data, split, whole):
        import numpy as np

        weights = []
        for target in data.targets:
            counts = whole.class_counts(target.name) if target.classes else {}
            if self.balances(counts):
                weight = {c: whole.rows / (len(counts) * count) for c, count in counts.items()}
                labels = split.targets[target.name].tolist()
                weights.append(np.array([weight[label] for label in labels], "float32"))
            else:
                weights.append(np.ones(split.rows, "float32"))
        return weights

    def balances(self, counts):
        """Return whether rare classes get larger weights, given the rows of each class."""
        if not counts:
            return False
        imbalanced = max(counts.values()) > IMBALANCED * min(counts.values())
        return self.class_weights == "balanced" or (self.class_weights == "auto" and imbalanced)

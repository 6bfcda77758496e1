"""The exam: your own table. Finds out what the columns are, regression or classification, and fits.

For example: python train.py table --data flowers.csv --target species
"""

from dataclasses import dataclass
from typing import Literal

from tasks.options import FilePath
from tasks.tables import TableModel

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
    categories: tuple[str, ...] = ()
    """columns that are categories although they look like numbers or dates, e.g. codes"""
    numbers: tuple[str, ...] = ()
    """columns that are numbers although some values are not; the others count as missing"""
    class_weights: Literal["auto", "balanced", "none"] = "auto"
    """give rare classes larger weights; auto does so if one class is more than 3 times as frequent
    as a different one"""
    stream: Literal["auto", "yes", "no"] = "auto"
    """read the table in pieces, for data larger than memory; auto does so above 500 MB"""

    def load(self):
        from datasets.user_table import load_table

        return load_table(
            self.data,
            self.target,
            self.split_seed,
            self.task,
            self.probabilistic,
            self.test_data,
            self.stream,
            self.members,
            self.categories,
            self.numbers,
        )

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

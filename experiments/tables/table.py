"""The exam: a table of your own. Finds out what the columns are, regression or classification, and trains.

For example: python train.py table --data flowers.csv --target species
"""

from dataclasses import dataclass
from typing import Literal

from errors import UserError
from experiments.table_model import TableModel

UNEVEN = 3  # the most frequent class may have this many times the rows of the rarest before weights differ


@dataclass(frozen=True)
class Table(TableModel):
    data: str = ""
    """a CSV or Parquet file, or kaggle:owner/name[/versions/N][/file]"""
    test_data: str = ""
    """rows to test with, a file of the same columns; a fifth of --data if empty"""
    target: tuple[str, ...] = ()
    """column or columns to predict"""
    task: Literal["auto", "regression", "classification"] = "auto"
    """what to predict: numbers or classes; auto decides by the target's values"""
    class_weights: Literal["auto", "balanced", "none"] = "auto"
    """weight the rows of rare classes more; auto does it where one class is more than 3 times as frequent as another"""

    def load(self):
        from datasets.kaggle import table_path
        from datasets.table import table_dataset
        from datasets.table_file import read_table

        if not self.data:
            raise UserError("table wants --data FILE.csv (or .parquet, or kaggle:owner/name) and --target COLUMN")
        frame = read_table(table_path(self.data))
        if not self.target:
            raise UserError(f"--target wants one or more of the columns: {', '.join(map(str, frame.columns))}")
        test = read_table(table_path(self.test_data)) if self.test_data else None
        source = f"table {self.data}"
        return table_dataset(source, frame, self.target, self.split_seed, self.task, None, self.probabilistic, test)

    def row_weights(self, dataset, split):
        import numpy as np
        from sklearn.utils.class_weight import compute_sample_weight

        return [
            compute_sample_weight("balanced", split.targets[target.name]).astype("float32")
            if target.classes and self.balances(split.targets[target.name])
            else np.ones(split.rows, "float32")
            for target in dataset.targets
        ]

    def balances(self, labels):
        """Whether rare classes weigh more."""
        import numpy as np

        counts = np.unique(labels, return_counts=True)[1]
        uneven = counts.max() > UNEVEN * counts.min()
        return self.class_weights == "balanced" or (self.class_weights == "auto" and uneven)

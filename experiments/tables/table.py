"""The exam: a table of your own. Finds out what the columns are, regression or classification, and trains.

For example: python train.py table --data flowers.csv --target species
"""

from dataclasses import dataclass
from typing import Literal

from errors import UserError
from experiments.table_model import TableModel


@dataclass(frozen=True)
class Table(TableModel):
    data: str = ""
    """a CSV or Parquet file, or kaggle:owner/name[/versions/N][/file]"""
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
        source = f"table {self.data}"
        return table_dataset(source, frame, self.target, self.split_seed, self.task, None, self.probabilistic)

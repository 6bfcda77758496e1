"""The exam: a table of your own. Finds out what the columns are, regression or classification, and trains.

For example: python train.py table --data flowers.csv --target species
"""

from dataclasses import dataclass
from typing import Literal

from errors import UserError
from experiments.table_model import TableModel

LARGE = 500_000_000  # bytes, uncompressed; in memory they take a few times as many
UNEVEN = 3  # the most frequent class may have this many times the rows of the rarest before weights differ


@dataclass(frozen=True)
class Table(TableModel):
    data: str = ""
    """a CSV or Parquet file, a folder of them or a pattern such as "folder/*.csv", or kaggle:owner/name[/versions/N][/file]"""
    stream: Literal["auto", "yes", "no"] = "auto"
    """read the table in pieces, for data larger than memory; auto does it where the files are larger than 500 MB"""
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
        from datasets.table_files import table_files
        from datasets.table_stream import streamed_dataset

        if not self.data:
            raise UserError(
                "table wants --data FILE.csv (or .parquet, or kaggle:owner/name) and --target COLUMN"
            )
        files = table_files(self.data)
        if not self.target:
            raise UserError(f"--target wants one or more of the columns: {', '.join(files.names)}")
        test = read_table(table_path(self.test_data)) if self.test_data else None
        source = f"table {self.data}"
        if not self.streams(files):
            frame = files.read_at_once()
            return table_dataset(
                source,
                frame,
                self.target,
                self.split_seed,
                self.task,
                None,
                self.probabilistic,
                test,
            )
        if self.members > 1:
            raise UserError(
                f"--members wants 1 for a table that is read in pieces, or --stream no. Received: {self.members}"
            )
        print(
            f"reading     in pieces, about {files.bytes / 1e9:.1f} GB (--stream no: at once, into memory)"
        )
        return streamed_dataset(
            source, files, self.target, self.split_seed, self.task, self.probabilistic, test
        )

    def streams(self, files):
        """Whether the table is read in pieces."""
        return self.stream == "yes" or (self.stream == "auto" and files.bytes > LARGE)

    def row_weights(self, dataset, split, whole):
        import numpy as np

        weights = []
        for target in dataset.targets:
            counts = whole.class_counts(target.name) if target.classes else {}
            if self.balances(counts):
                of_class = {
                    label: whole.rows / (len(counts) * count) for label, count in counts.items()
                }
                weights.append(
                    np.array(
                        [of_class[label] for label in split.targets[target.name].tolist()],
                        "float32",
                    )
                )
            else:
                weights.append(np.ones(split.rows, "float32"))
        return weights

    def balances(self, counts):
        """Whether rare classes weigh more, given the rows of each."""
        if not counts:
            return False
        uneven = max(counts.values()) > UNEVEN * min(counts.values())
        return self.class_weights == "balanced" or (self.class_weights == "auto" and uneven)

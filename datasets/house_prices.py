"""House prices: a thousand houses from Kaggle, seven numbers and a price each."""

from pathlib import Path

from datasets.kaggle import kaggle_file
from datasets.table import table_dataset
from datasets.table_file import read_table

HANDLE = "prokshitha/home-value-insights/versions/1"
UNITS = {
    "Square_Footage": "sq ft",
    "Lot_Size": "acres",
    "Garage_Size": "cars",
    "House_Price": "USD",
}


def house_prices(data, split_seed, probabilistic=False):
    """1000 rows, target `House_Price` in US dollars.

    Args:
        data: a copy of the CSV file, or "" to get it from Kaggle.
        split_seed: of the split.
        probabilistic: whether the network is to predict a standard deviation.
    """
    frame = read_table(Path(data) if data else kaggle_file(HANDLE))
    source = f"house prices, {data or f'Kaggle {HANDLE}'}"
    return table_dataset(
        source, frame, ["House_Price"], split_seed, "regression", UNITS, probabilistic
    )

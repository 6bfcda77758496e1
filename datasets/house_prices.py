"""House prices: 1000 houses from Kaggle, each with seven numbers and a price."""

from pathlib import Path

from datasets.kaggle import fetch_kaggle_file
from datasets.table import make_table_dataset
from datasets.table_file import read_table

HANDLE = "prokshitha/home-value-insights/versions/1"
UNITS = {
    "Square_Footage": "sq ft",
    "Lot_Size": "acres",
    "Garage_Size": "cars",
    "House_Price": "USD",
}


def load_house_prices(data, split_seed, probabilistic=False):
    """Load 1000 rows with the target `House_Price` in US dollars.

    Args:
        data: path of a copy of the CSV file, or "" to download it from Kaggle.
        split_seed: seed of the random split.
        probabilistic: whether the network predicts a standard deviation.
    """
    frame = read_table(Path(data) if data else fetch_kaggle_file(HANDLE))
    source = f"house prices, {data or f'Kaggle {HANDLE}'}"
    return make_table_dataset(
        source, frame, ["House_Price"], split_seed, "regression", UNITS, probabilistic
    )

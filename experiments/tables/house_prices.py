"""Exercise 3: house prices from Kaggle, beside linear regression and boosted trees.

Expect an RMSE of 10071 US dollars, which is that of linear regression.
"""

from dataclasses import dataclass

from tasks.options import FilePath
from tasks.tables import TableModel


@dataclass(frozen=True)
class HousePrices(TableModel):
    data: FilePath = ""
    """local copy of the CSV file; downloaded from Kaggle (prokshitha/home-value-insights) if
    empty"""

    def load(self):
        from datasets.house_prices import load_house_prices

        return load_house_prices(self.data, self.split_seed, self.probabilistic)

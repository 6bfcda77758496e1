"""Anomalies: learn what is normal, then score what is not, with a bound on false alarms.

An autoencoder sees normal rows only. Its error, the distance of the code to the nearest normal
codes, and a third opinion (for pictures a network that recognises how a picture was turned) are
joined into one score. A row's p-value is the share of held-out normal rows that look as unusual:
rows with p <= --false-alarms are called anomalies, which is wrong for that share of normal rows.

On scikit-learn's digits, where the 5 is the anomaly, expect an area under the ROC curve of 0.98.

For example: python train.py anomaly --data bank.csv --label fraud --anomalies yes
"""

from dataclasses import dataclass

from tasks.anomaly import OUTPUTS, AnomalyDetection
from tasks.features import refuse_outputs
from tasks.options import Activation, DenseOptions, UnlabelledOptions, check_range

LECTURE = ("5",)  # the anomaly among the digits, as in the lecture's exercise


@dataclass(frozen=True)
class Anomaly(DenseOptions, UnlabelledOptions, AnomalyDetection):
    label: str = ""
    """column of a table that tells normal rows from anomalies; without one all rows are normal"""
    normal: tuple[str, ...] = ()
    """labels that are normal; rows with others are anomalies, which only test"""
    anomalies: tuple[str, ...] = ()
    """labels that are anomalies, instead of --normal; of the digits the 5"""
    contamination: float = 0.0
    """share of the training rows that may be anomalies, unknown which: that many are left out, the
    most unusual ones; labels are then used for scoring only"""
    hidden: tuple[int, ...] = (128, 64)
    activation: Activation = "elu"
    epochs: int = 150
    patience: int = 15
    batch_size: int = 64

    def check(self):
        super().check()
        check_range(self, contamination=(0, 0.5))

    def load(self):
        from datasets.normal_rows import keep_normal

        data = super().load()
        refuse_outputs(data, OUTPUTS)
        lecture = LECTURE if self.data == "digits" and not (self.normal or self.anomalies) else ()
        anomalies = self.anomalies or lecture
        return keep_normal(data, self.normal, anomalies, self.contamination, self.false_alarms)

    def build_network(self, shape, latent):
        from models.autoencoder import autoencoder

        return autoencoder(shape, latent, self.hidden, self.activation)

"""The exam with pictures: classify a folder of your own with one subfolder a class, or an npz.

For example: python train.py images --data holiday-photos
"""

from dataclasses import dataclass

from experiments.experiment import in_range
from experiments.picture_classifier import PictureClassifier


@dataclass(frozen=True)
class Images(PictureClassifier):
    data: str = ""
    """folder with one subfolder a class, or an npz with arrays x (pictures, height, width[, channels]) and y"""
    size: int = 0
    """height and width the pictures are resized to; 0 takes their median, at most 64"""
    augment: float = 0.1
    """shift pictures while training by up to this fraction of their size; 0 where place matters"""
    epochs: int = 60
    learning_rate: float = 2e-3

    def check(self):
        super().check()
        in_range(self, size=(0, 4096), augment=(0, 1))

    def load(self):
        from datasets.picture_folder import pictures_of_your_own

        return pictures_of_your_own(self.data, self.split_seed, self.size)

    def network(self, dataset, input_shape):
        from models.cnn import cnn_classifier
        from models.dense import dense_classifier

        classes, brightest = len(dataset.targets[0].classes), dataset.columns[0].brightest
        if self.model == "dense":
            return dense_classifier(
                input_shape, classes, hidden=(256, 128), dropout=0.4, brightest=brightest
            )
        filters = (32, 64) if min(input_shape[:2]) < 16 else (16, 32, 64)
        return cnn_classifier(
            input_shape, classes, filters, brightest=brightest, augment=self.augment
        )

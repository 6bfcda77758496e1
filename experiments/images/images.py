"""The exam with pictures: classify your own folder with one subfolder per class, or an npz.

For example: python train.py images --data holiday-photos
"""

from dataclasses import dataclass

from tasks.options import FilePath, check_range
from tasks.own_builder import OwnBuilder
from tasks.pictures import PictureClassifier


@dataclass(frozen=True)
class Images(OwnBuilder, PictureClassifier):
    data: FilePath = ""
    """folder with one subfolder per class, perhaps in folders train, val and test; or an npz with
    arrays x (pictures, height, width[, channels]) and y"""
    labels: FilePath = ""
    """table with the names of the pictures in a folder and their labels; empty if subfolders are
    the labels"""
    size: int = 0
    """height and width to which pictures are resized; 0 takes their median, at most 64"""
    augment: float = 0.1
    """shift pictures during training by up to this fraction of their size; 0 if position matters"""
    epochs: int = 60
    learning_rate: float = 2e-3

    def check(self):
        super().check()
        check_range(self, size=(0, 4096), augment=(0, 1))

    def load(self):
        from datasets.picture_folder import load_pictures

        return load_pictures(self.data, self.split_seed, self.size, self.labels)

    def build(self, data):
        from models.cnn import cnn_classifier
        from models.dense import dense_classifier

        if self.builder:
            return self.build_own(data)
        shape, classes = self.input_shape(data), data.targets[0].size
        max_pixel = data.columns[0].max_pixel
        if self.model == "dense":
            network = self.hidden, self.dropout
            return dense_classifier(shape, classes, *network, max_pixel=max_pixel)
        filters = self.filters or ((32, 64) if min(shape[:2]) < 16 else (16, 32, 64))
        network = filters, self.hidden, self.dropout
        return cnn_classifier(shape, classes, *network, max_pixel=max_pixel, augment=self.augment)

"""The nearest neighbours of rows."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

COMPONENTS = 50  # of more features, so many principal components are compared


def find_neighbours(train, others, count):
    """Return row numbers of the nearest training rows of all rows, the rows themselves left out.

    Args:
        train: `(rows, features)`; rows 0, 1, ...
        others: `(further rows, features)`, numbered after them.
        count: number of neighbours, at most one less than the training rows.

    Returns: `(rows + further rows, count)`.
    """
    if train.shape[1] > COMPONENTS < len(train):
        pca = PCA(COMPONENTS, random_state=0).fit(train)
        train, others = pca.transform(train), pca.transform(others)
    found = NearestNeighbors(n_neighbors=count).fit(train)
    near = found.kneighbors(return_distance=False)
    return np.concatenate([near, found.kneighbors(others, return_distance=False)])

"""Maximum likelihood: what each loss assumes about the noise, and what a wrong assumption costs.

The loss is minus the logarithm of the likelihood. Per example, with the residual r = y - f(x):

    Gaussian      r^2 / (2 s^2) + ln s + ln(2 pi) / 2                     squared error
    Laplace       |r| / s + ln(2 s)                                       absolute error
    Student       (nu + 1) / 2 ln(1 + r^2 / (nu s^2)) + ln s + constant   forgives outliers
    categorical   -ln p of the true class                                 cross-entropy

No unbiased estimate of a location from n examples has a variance below 1 / (n I), with the Fisher
information I = E[score^2] and score = d(ln p)/df (Cramer and Rao). The efficiency of an estimate is
this bound over its variance: corr(its score, the true score)^2 for a wrong loss and large n.

Source: M. Pierini, Deep Learning lectures; P. Huber, Robust Estimation of a Location Parameter,
1964 (the variance of an estimate by any loss).
"""

import numpy as np
from scipy.integrate import quad
from scipy.special import gammaln

NU = 3.0  # degrees of freedom of Student's distribution
STEPS = 100


def gaussian_loss(r, s=1.0):
    return r**2 / (2 * s**2) + np.log(s) + np.log(2 * np.pi) / 2


def laplace_loss(r, s=1.0):
    return np.abs(r) / s + np.log(2 * s)


def student_loss(r, s=1.0):
    constant = gammaln(NU / 2) - gammaln((NU + 1) / 2) + np.log(NU * np.pi) / 2
    return (NU + 1) / 2 * np.log1p(r**2 / (NU * s**2)) + np.log(s) + constant


def categorical_loss(probabilities, labels):
    """Return -ln p of the true classes, given `(rows, classes)` and `(rows,)`."""
    return -np.log(probabilities[np.arange(len(labels)), labels])


LOSSES = {"Gaussian": gaussian_loss, "Laplace": laplace_loss, "Student": student_loss}
SCORES = {  # the derivative of the loss by r, for s = 1
    "Gaussian": lambda r: r,
    "Laplace": np.sign,
    "Student": lambda r: (NU + 1) * r / (NU + r**2),
}


def draw_noise(name, shape, random):
    """Return noise with s = 1."""
    if name == "Gaussian":
        return random.normal(size=shape)
    return random.laplace(size=shape) if name == "Laplace" else random.standard_t(NU, shape)


def fit_location(name, y):
    """Return the locations that maximise the likelihood, `(repeats, n)` to `(repeats,)`."""
    if name == "Gaussian":
        return y.mean(axis=1)
    if name == "Laplace":
        return np.median(y, axis=1)
    location = np.median(y, axis=1)
    for _ in range(STEPS):  # each step is a mean in which outliers have small weights
        weights = 1 / (NU + (y - location[:, None]) ** 2)
        before, location = location, (weights * y).sum(axis=1) / weights.sum(axis=1)
        if np.abs(location - before).max() < 1e-10:
            break
    return location


def average(function, noise):
    """Return the mean of an even function of noise with s = 1."""
    return 2 * quad(lambda r: function(r) * np.exp(-LOSSES[noise](r)), 0, np.inf)[0]


def find_information(noise):
    """Return the Fisher information of one example about the location."""
    return average(lambda r: SCORES[noise](r) ** 2, noise)


def find_efficiency(loss, noise):
    """Return the efficiency of an estimate by a loss under a noise, for large n."""
    score, true = SCORES[loss], SCORES[noise]
    common = average(lambda r: score(r) * true(r), noise)
    return common**2 / average(lambda r: score(r) ** 2, noise) / find_information(noise)

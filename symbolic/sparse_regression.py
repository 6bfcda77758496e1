"""Sparse regression: which few of many terms explain the data, by backward elimination.

A fit of all terms says two things: the coefficients, and their precision, the inverse of their covariance up to a factor, which
for a linear regression is A'A. Near the best fit the loss grows by (c - best)' precision (c - best), whatever else was fitted
with the coefficients. So both say, without another fit, which terms can be left out at the least cost, and what becomes of the
others then.

Source: Wald's test, as in D. Cox, D. Hinkley, Theoretical Statistics, chapter 9; G. Schwarz, Estimating the dimension of a
model, 1978; S. Brunton, J. Proctor, J. N. Kutz, Sparse identification of nonlinear dynamics, arXiv:1509.03580.
"""

import math
from typing import NamedTuple

import numpy as np

AT_ONCE = 3  # at first, a third of the terms is left out at once
EXACT = 1e-8  # a relative mean square below which a fit is as good as exact: smaller differences are those of the fits


class Fit(NamedTuple):
    """What is known of a model after its fit.

    Attributes:
        terms: places of its terms in the library.
        coefficients: `(terms,)`.
        precision: `(terms, terms)`, positive definite.
        loss: relative mean square of what it leaves unexplained.
        state: what else was fitted, for the next fit to begin with.
    """

    terms: list
    coefficients: np.ndarray
    precision: np.ndarray
    loss: float
    state: object = None


class Step(NamedTuple):
    """A model that was tried on the way."""

    fit: Fit
    criterion: float
    kept: bool


def linear(columns, left, terms):
    """The `Fit` of a linear regression, without a constant.

    Args:
        columns: `(rows, library)`, the values of all terms.
        left: `(rows,)`, what they are to explain.
        terms: places of those to use.
    """
    a = columns[:, terms]
    coefficients, *_ = np.linalg.lstsq(a, left, rcond=None)
    return Fit(list(terms), coefficients, a.T @ a, float(np.mean((left - a @ coefficients) ** 2) / np.mean(left**2)))


def without(fit, count):
    """`(places, coefficients)` after leaving out the terms whose loss costs least, one after another.

    Args:
        fit: a `Fit`.
        count: how many to leave out.

    Returns: places in the fit's own list of the terms that stay, and what their coefficients become when the others are zero.
    """
    stay = list(range(len(fit.terms)))
    pull = fit.precision @ fit.coefficients
    for _ in range(count):
        stay.pop(int(np.argmin(costs(fit.precision[np.ix_(stay, stay)], pull[stay]))))
    return stay, np.linalg.solve(fit.precision[np.ix_(stay, stay)], pull[stay])


def costs(precision, pull):
    """By how much the loss grows if a term is left out and the others make up for it as they can, `(terms,)`."""
    covariance = np.linalg.inv(precision)
    return (covariance @ pull) ** 2 / covariance.diagonal()


def criterion(loss, terms, rows):
    """Schwarz's: what is left unexplained, and log(rows) for each term. The model with the smallest one is chosen."""
    return rows * math.log(loss + EXACT) + terms * math.log(rows)


def eliminate(first, refit, rows, seen=lambda step: None):
    """Leave out terms as long as that lowers the criterion.

    Args:
        first: the `Fit` with all terms.
        refit: function of `(terms, coefficients, state)` that returns the `Fit` of a smaller model, begun there.
        rows: number of independent values that the loss is a mean of.
        seen: called with each `Step`.

    Returns: list of `Step`, as they were tried; the last one that was kept is the chosen model.
    """
    steps = [Step(first, criterion(first.loss, len(first.terms), rows), True)]
    best, count, failed = steps[0], len(first.terms) // AT_ONCE, []
    seen(best)
    while best.fit.terms:
        count = max(1, count)
        stay, coefficients = without(best.fit, count)
        terms = [best.fit.terms[place] for place in stay]
        if not any(other.issuperset(terms) for other in failed):  # fewer than what was not enough is not enough
            fit = refit(terms, coefficients, best.fit.state)
            value = criterion(fit.loss, len(terms), rows)
            steps.append(Step(fit, value, value < best.criterion))
            seen(steps[-1])
            if steps[-1].kept:
                best, count = steps[-1], len(terms) // AT_ONCE
                continue
            failed.append(set(terms))
        if count == 1:
            break
        count //= 2  # one that is needed was among them
    return steps

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

AT_ONCE = 3  # of so many terms one is tried to be left out in any case
EXACT = 1e-8  # a relative mean square below which a fit is as good as exact: smaller differences are those of the fits


class Fit(NamedTuple):
    """What is known of a model after its fit.

    Attributes:
        terms: places of its terms in the library.
        coefficients: `(terms,)`.
        precision: `(terms, terms)`, positive definite: the loss grows by (c - coefficients)' precision (c - coefficients).
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
    loss = float(np.sum((left - a @ coefficients) ** 2) / np.sum(left**2))
    return Fit(list(terms), coefficients, a.T @ a / np.sum(left**2), loss)


def without(fit, count):
    """`(places, coefficients)` after leaving out that many terms, those that cost least.

    Args:
        fit: a `Fit`.
        count: how many to leave out.

    Returns: places in the fit's own list of the terms that stay, and what their coefficients become when the others are zero.
    """
    stay = subsets(fit)[len(fit.terms) - count]
    return stay, np.linalg.solve(
        fit.precision[np.ix_(stay, stay)], (fit.precision @ fit.coefficients)[stay]
    )


def subsets(fit):
    """For every number of terms the best ones that are found, by what the fit of all says: list of lists of places.

    Where terms are alike, what is needed among many may be needed least: then the way down from all of them loses what the way
    up from none finds, or the other way round. So both are gone, and at each number terms are exchanged while that helps.
    """
    pull, size = fit.precision @ fit.coefficients, len(fit.terms)
    ways, rounding = [], 1e-12 * (fit.coefficients @ pull)
    for stay, sizes in ((list(range(size)), range(size - 1, -1, -1)), ([], range(1, size + 1))):
        way = {len(stay): stay}
        for number in sizes:
            stay = (
                smaller(fit.precision, pull, stay)
                if number < len(stay)
                else larger(fit.precision, pull, stay)
            )
            while 0 < number < size:
                other = smaller(fit.precision, pull, larger(fit.precision, pull, stay))
                if growth(fit, other) >= growth(fit, stay) - rounding:
                    break
                stay = other
            way[number] = stay
        ways.append(way)
    return [
        min((way[number] for way in ways), key=lambda stay: growth(fit, stay))
        for number in range(size + 1)
    ]


def smaller(precision, pull, stay):
    """Without the term that costs least."""
    least = int(np.argmin(costs(precision[np.ix_(stay, stay)], pull[stay])))
    return stay[:least] + stay[least + 1 :]


def larger(precision, pull, stay):
    """With the term more that lowers the loss most."""
    others = [place for place in range(len(pull)) if place not in stay]
    mixed = precision[np.ix_(others, stay)]
    known = np.linalg.solve(precision[np.ix_(stay, stay)], np.column_stack([pull[stay], mixed.T]))
    left = pull[others] - mixed @ known[:, 0]
    gains = left**2 / np.maximum(
        precision.diagonal()[others] - np.sum(mixed * known[:, 1:].T, axis=1), 1e-300
    )
    return sorted([*stay, others[int(np.argmax(gains))]])


def growth(fit, stay):
    """By how much the loss grows, by what the fit says, if only these terms stay."""
    pull = fit.precision @ fit.coefficients
    return fit.coefficients @ pull - pull[stay] @ np.linalg.solve(
        fit.precision[np.ix_(stay, stay)], pull[stay]
    )


def costs(precision, pull):
    """By how much the loss grows if a term is left out and the others make up for it as they can, `(terms,)`."""
    covariance = np.linalg.inv(precision)
    return (covariance @ pull) ** 2 / covariance.diagonal()


def criterion(loss, terms, rows):
    """Schwarz's: what is left unexplained, and log(rows) for each term. The model with the smallest one is chosen."""
    return rows * math.log(loss + EXACT) + terms * math.log(rows)


def promising(fit, rows):
    """How many terms to leave out at once: as many as lowers the criterion most, by what the fit says, a third at least.

    A fit that is not exact takes what it lacks for terms that are needed, so it is not believed in that.
    """
    values = [
        criterion(fit.loss + max(0.0, growth(fit, stay)), number, rows)
        for number, stay in enumerate(subsets(fit)[:-1])
    ]
    return max(len(fit.terms) - int(np.argmin(values)), len(fit.terms) // AT_ONCE)


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
    best, count, failed = steps[0], 0, []  # 0: not yet said
    seen(best)
    while best.fit.terms:
        count = count or promising(best.fit, rows)
        stay, coefficients = without(best.fit, count)
        terms = [best.fit.terms[place] for place in stay]
        if not any(
            other.issuperset(terms) for other in failed
        ):  # fewer than what was not enough is not enough
            fit = refit(terms, coefficients, best.fit.state)
            value = criterion(fit.loss, len(terms), rows)
            steps.append(Step(fit, value, value < best.criterion))
            seen(steps[-1])
            if steps[-1].kept:
                best, count = steps[-1], 0
                continue
            failed.append(set(terms))
        if count == 1:
            break
        count //= 2  # one that is needed was among them
    return steps

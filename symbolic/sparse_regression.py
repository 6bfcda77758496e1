"""Sparse regression: select the few terms that explain the data, by backward elimination.

A fit of all terms gives the coefficients and their precision, the inverse of their covariance up to
a factor; for a linear regression the precision is A'A. Near the best fit the loss grows by
(c - best)' precision (c - best), whatever else was fitted together with the coefficients. Both
predict, without a new fit, which terms can be left out at the lowest cost, and how the other
coefficients change.

Source: Wald's test, as in D. Cox, D. Hinkley, Theoretical Statistics, chapter 9; G. Schwarz,
Estimating the dimension of a model, 1978; S. Brunton, J. Proctor, J. N. Kutz, Sparse identification
of nonlinear dynamics, arXiv:1509.03580.
"""

import math
from typing import NamedTuple

import numpy as np

ONE_IN = 3  # at least one in this many terms is left out at once
EXACT = 1e-8  # relative mean square of a fit that counts as exact: smaller differences are noise


class Fit(NamedTuple):
    """A fitted model.

    Args:
        terms: indices of its terms in the library.
        coefficients: coefficients of the terms, `(terms,)`.
        precision: positive definite matrix `(terms, terms)`; the loss grows by
            (c - coefficients)' precision (c - coefficients).
        loss: mean square of the residuals, relative to the data.
        state: further fitted values, from which the next fit starts.
    """

    terms: list
    coefficients: np.ndarray
    precision: np.ndarray
    loss: float
    state: object = None


class Step(NamedTuple):
    """A model that was tried during the elimination.

    Args:
        fit: the fitted model.
        criterion: its value of `compute_criterion`.
        kept: whether the criterion was lower than before.
    """

    fit: Fit
    criterion: float
    kept: bool


def fit_linear(columns, left, terms):
    """Return the `Fit` of a linear regression without intercept.

    Args:
        columns: values of all terms, `(rows, library)`.
        left: values to explain, `(rows,)`.
        terms: indices of the terms to use.
    """
    a = columns[:, terms]
    coefficients, *_ = np.linalg.lstsq(a, left, rcond=None)
    loss = float(np.sum((left - a @ coefficients) ** 2) / np.sum(left**2))
    return Fit(list(terms), coefficients, a.T @ a / np.sum(left**2), loss)


def leave_out(fit, count):
    """Leave out the `count` terms that cost least.

    Args:
        fit: a `Fit`.
        count: number of terms to leave out.

    Returns: `(indices, coefficients)`: indices of the remaining terms in the list of the fit, and
    the coefficients that are predicted for them.
    """
    kept = find_best_subsets(fit)[len(fit.terms) - count]
    return kept, np.linalg.solve(
        fit.precision[np.ix_(kept, kept)], (fit.precision @ fit.coefficients)[kept]
    )


def find_best_subsets(fit):
    """Find good subsets of every size, as predicted by the fit of all terms.

    With correlated terms, a term that is needed in a small subset may be the least needed in a
    large one: then removing terms misses what adding terms finds, or vice versa. Therefore both are
    done, and at each size terms are exchanged as long as that helps.

    Returns: a list over the number of terms of lists of indices.
    """
    pull, size = fit.precision @ fit.coefficients, len(fit.terms)
    paths, rounding = [], 1e-12 * (fit.coefficients @ pull)
    for kept, sizes in ((list(range(size)), range(size - 1, -1, -1)), ([], range(1, size + 1))):
        path = {len(kept): kept}
        for count in sizes:
            change = remove_term if count < len(kept) else add_term
            kept = change(fit.precision, pull, kept)
            while 0 < count < size:
                exchanged = remove_term(fit.precision, pull, add_term(fit.precision, pull, kept))
                if predict_growth(fit, exchanged) >= predict_growth(fit, kept) - rounding:
                    break
                kept = exchanged
            path[count] = kept
        paths.append(path)
    return [
        min((path[count] for path in paths), key=lambda kept: predict_growth(fit, kept))
        for count in range(size + 1)
    ]


def remove_term(precision, pull, kept):
    """Return the indices without the term that costs least."""
    least = int(np.argmin(compute_costs(precision[np.ix_(kept, kept)], pull[kept])))
    return kept[:least] + kept[least + 1 :]


def add_term(precision, pull, kept):
    """Return the indices with the term that lowers the loss most."""
    others = [index for index in range(len(pull)) if index not in kept]
    mixed = precision[np.ix_(others, kept)]
    solved = np.linalg.solve(precision[np.ix_(kept, kept)], np.column_stack([pull[kept], mixed.T]))
    remaining = pull[others] - mixed @ solved[:, 0]
    gains = remaining**2 / np.maximum(
        precision.diagonal()[others] - np.sum(mixed * solved[:, 1:].T, axis=1), 1e-300
    )
    return sorted([*kept, others[int(np.argmax(gains))]])


def predict_growth(fit, kept):
    """Predict from the fit how much the loss grows if only these terms are kept."""
    pull = fit.precision @ fit.coefficients
    return fit.coefficients @ pull - pull[kept] @ np.linalg.solve(
        fit.precision[np.ix_(kept, kept)], pull[kept]
    )


def compute_costs(precision, pull):
    """Return how much the loss grows without each term, the others refitted, `(terms,)`."""
    covariance = np.linalg.inv(precision)
    return (covariance @ pull) ** 2 / covariance.diagonal()


def compute_criterion(loss, terms, rows):
    """Return Schwarz's criterion; the model with the lowest value is chosen.

    Args:
        loss: relative mean square of the residuals.
        terms: number of terms; each costs log(rows).
        rows: number of independent values that the loss is a mean of.
    """
    return rows * math.log(loss + EXACT) + terms * math.log(rows)


def count_removable(fit, rows):
    """Return the number of terms to leave out at once: at least a third.

    It is the number that lowers the criterion most, as predicted by the fit. A third is tried in
    any case, since an inexact fit overestimates how many terms are needed.
    """
    values = [
        compute_criterion(fit.loss + max(0.0, predict_growth(fit, kept)), count, rows)
        for count, kept in enumerate(find_best_subsets(fit)[:-1])
    ]
    return max(len(fit.terms) - int(np.argmin(values)), len(fit.terms) // ONE_IN)


def eliminate(first, refit, rows, on_step=lambda step: None):
    """Leave out terms as long as that lowers the criterion.

    Args:
        first: the `Fit` with all terms.
        refit: function of `(terms, coefficients, state)` that fits a smaller model, starting from
            these values, and returns its `Fit`.
        rows: number of independent values that the loss is a mean of.
        on_step: function that is called with each `Step`.

    Returns: a list of `Step` in the order in which they were tried; the last one that was kept is
    the chosen model.
    """
    steps = [Step(first, compute_criterion(first.loss, len(first.terms), rows), True)]
    best, count, rejected = steps[0], 0, []  # a count of 0 is not yet determined
    on_step(best)
    while best.fit.terms:
        count = count or count_removable(best.fit, rows)
        kept, coefficients = leave_out(best.fit, count)
        terms = [best.fit.terms[index] for index in kept]
        # A subset of a rejected model would be rejected, too.
        if not any(other.issuperset(terms) for other in rejected):
            fit = refit(terms, coefficients, best.fit.state)
            value = compute_criterion(fit.loss, len(terms), rows)
            steps.append(Step(fit, value, value < best.criterion))
            on_step(steps[-1])
            if steps[-1].kept:
                best, count = steps[-1], 0
                continue
            rejected.append(set(terms))
        if count == 1:
            break
        count //= 2  # a needed term was among those left out
    return steps

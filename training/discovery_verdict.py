"""Whether a discovery is to be trusted: does the network fit the data, and the equation both?"""

from typing import NamedTuple

import numpy as np

CONVERGED, NOT_CONVERGED = "converged", "not converged: "
LARGEST = 0.5  # part of the variance that a network may leave unexplained
WORSE, HARMLESS = 3.0, 0.1  # errors this much larger than those of a local regression, unless small
UNEXPLAINED = 0.3  # relative error of an equation that explains nothing worth telling
FAR_ABOVE = 3.0  # misfit of data and equation over that of the network to the data alone
LARGE = 0.01  # relative residual that is more than the inaccuracy of a network
AS_GOOD = 10.0  # residual of a simpler equation, which the network was not fitted with, over error
ADDED = 0.1  # part of the mean square residual that a missing term leaves


class Assessment(NamedTuple):
    """How well a discovered equation explains data and derivatives.

    Attributes:
        data: error of the network beside the equation, relative to each unknown's standard
            deviation, `(unknowns,)`.
        equations: residual relative to each left side, root mean squares, `(equations,)`.
    """

    data: np.ndarray
    equations: np.ndarray

    @property
    def error(self):
        """Root of the loss: the part of data and equations that stays unexplained."""
        return float(np.sqrt(np.mean(self.data**2) + np.mean(self.equations**2)))


def judge_network(unknowns, learned):
    """Say why a network does not fit the data; "" if it does.

    Args:
        unknowns: names of the unknown functions.
        learned: `training.measurement_fit.Learned`.
    """
    errors, local = learned.errors, learned.local
    bad = ~(errors**2 < LARGEST) | ((errors > HARMLESS) & (errors > WORSE * local))
    if not bad.any():
        return ""
    worst = int(np.argmax(np.where(bad, errors, 0)))
    smooth = local[worst] ** 2 < LARGEST
    reason = "a local regression has" if smooth else "even a local regression has"
    advice = (
        "Try a larger --init-scale, more units in --hidden, or a different --seed"
        if smooth
        else "The data is mostly noise, or has too few measurements for its oscillations"
    )
    return (
        f"{NOT_CONVERGED}the network does not fit the data: its relative error of "
        f"{unknowns[worst]} on held-out measurements is {errors[worst]:.2g}, {reason} "
        f"{local[worst]:.2g}. {advice}"
    )


def judge_model(left, unknowns, learned, assessment):
    """Say why an equation does not explain the data; "" if it does.

    Args:
        left: texts of the left sides.
        unknowns: names of the unknown functions.
        learned: `training.measurement_fit.Learned`, the network before there was an equation.
        assessment: `Assessment`.
    """
    reasons = [
        f"a relative residual of {error:.2g} is left in {side}"
        for side, error in zip(left, assessment.equations, strict=True)
        if not error < UNEXPLAINED
    ] + [
        f"with the equation the relative error of {name} is {error:.2g}, without it {before:.2g}"
        for name, error, before in zip(unknowns, assessment.data, learned.errors, strict=True)
        if not error < max(UNEXPLAINED, 2 * before)
    ]
    if not reasons:
        return ""
    return (
        f"{NOT_CONVERGED}no model of the library explains the data: {'; '.join(reasons)}. "
        "Add terms with --library, a higher --time-order, or unknown functions that are missing"
    )


def find_missing_term(columns, residual, extra, texts):
    """Return the text of the term that would explain most of a residual; "" if none does.

    Args:
        columns: values of the equation's terms, `(points, terms)`.
        residual: what they leave, `(points,)`.
        extra: values of further terms, `(points, extra)`.
        texts: their texts.
    """
    best, chosen = ADDED * np.sum(residual**2), ""
    for text, values in zip(texts, extra.T, strict=True):
        if np.isfinite(values).all() and (size := np.linalg.norm(values)):
            a = np.column_stack([columns / np.linalg.norm(columns, axis=0), values / size])
            solution, *_ = np.linalg.lstsq(a, residual)
            if (left := np.sum((residual - a @ solution) ** 2)) < best:
                best, chosen = left, text
    return chosen


def find_simpler_terms(columns, left, error, extra, texts):
    """Return the text of a term with which fewer terms explain as much; "" if there is none.

    On a single trajectory whose energy is conserved, for example, sin(theta) and three powers are
    the same.

    Args:
        columns: values of the equation's terms, `(points, terms)`.
        left: values of the left side, `(points,)`.
        error: part of data and equations that stays unexplained.
        extra: values of further terms, `(points, extra)`.
        texts: their texts.
    """
    count, enough = columns.shape[1], min(LARGE, AS_GOOD * error) * np.linalg.norm(left)
    for text, values in zip(texts, extra.T, strict=True):
        for others in [[], *([n] for n in range(count))]:
            if len(others) + 1 < count and np.isfinite(values).all():
                a = np.column_stack([values, columns[:, others]])
                solution, *_ = np.linalg.lstsq(a, left)
                if np.linalg.norm(left - a @ solution) < enough:
                    return text
    return ""


def hint_at_library(left, learned, assessment, missing, simpler):
    """Say that the library lacks a term, if equation and data do not agree as well as they could,
    or if a term would replace several.

    Args:
        left: texts of the left sides.
        learned: `training.measurement_fit.Learned`.
        assessment: `Assessment`.
        missing: text of a term for each left side that would explain most of its residual, or "".
        simpler: text of a term for each left side that would replace several of its terms, or "".

    Returns: a line, or "".
    """
    for side, text in zip(left, simpler, strict=True):
        if text:
            return (
                f"the term {text} would explain {side} as well, with fewer terms in all. Add it "
                "with --library; the intervals consider the present terms only"
            )
    worst = int(np.argmax(assessment.equations))
    # Without noise the network is better than its derivatives, whose errors no term explains.
    structured = missing[worst] or assessment.equations[worst] > LARGE
    if assessment.error < FAR_ABOVE * learned.error or not structured:
        return ""
    text = missing[worst]
    example = f"{text} would explain most of it" if text else "such as sin(u)"
    return (
        f"the equation explains {left[worst]} but for {assessment.equations[worst]:.2g} of its "
        f"size, and the network alone fits the data to {learned.error:.2g}: the library probably "
        f"lacks a term. {'The term ' if text else 'Terms '}{example}"
        f"{'; add' if text else ' can be added'} it with --library"
    )

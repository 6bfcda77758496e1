"""What a training of an equation reports after an epoch: its losses, weights and constants."""

import numpy as np
import tensorflow as tf

TERM = "term "  # begins the name of a column with a term of the loss


def report_losses(system, weights, batch, held_out):
    """Return a row of the history, `{column: number}`.

    Args:
        system: `equations.system.System`.
        weights: `(weights,)`.
        batch: collocation points, from `system.prepare`.
        held_out: points for the validation loss.
    """
    weights, names = np.asarray(weights), [name for term in system.terms for name in term.names]
    rows, fresh = (
        system.residuals(tf.constant(weights), points).numpy() for points in (batch, held_out)
    )
    logs = {"loss": float(rows @ rows), "val_loss": float(fresh @ fresh)}
    logs |= {TERM + name: loss for name, loss in system.term_losses(rows, batch).items()}
    if len(system.terms) > 1:
        pairs = zip(names, np.concatenate(system.term_weights), strict=True)
        logs |= {f"weight {name}": float(weight) for name, weight in pairs}
    return logs


def report_constants(estimate):
    """Return the columns of an `training.uncertainty.Estimate`."""
    if not estimate.names:
        return {}
    pairs = zip(estimate.names, estimate.values, strict=True)
    logs = {f"constant {name}": float(value) for name, value in pairs}
    pairs = zip(estimate.names, estimate.standard_errors, strict=True)
    logs |= {f"standard_error {name}": float(error) for name, error in pairs}
    return logs | {"degrees of freedom": estimate.degrees_of_freedom}


def find_divergence(logs):
    """Return the name of the first term whose loss is not finite; None if all are."""
    names = [name for name, loss in logs.items() if name.startswith(TERM) and not np.isfinite(loss)]
    return names[0].removeprefix(TERM) if names else None

"""Weights of conditions that are adapted until every term pulls at the network as strongly."""

import numpy as np
import tensorflow as tf

from equations.system import compile_by_xla

RATE = 0.1  # fraction of the way to balance that the weights go at once
LARGEST_WEIGHT = 1e6


class GradientBalance:
    """Moves the conditions' weights towards those with which all terms' gradients are equally long.

    Args:
        system: `equations.system.System`.

    Source: S. Wang, Y. Teng, P. Perdikaris, arXiv:2001.04536.
    """

    def __init__(self, system):
        self.system = system
        self.gradient_norms = compile_by_xla(self.compute_gradient_norms)

    def update(self, weights, batch):
        """Change `term_weights` of the system.

        Args:
            weights: `(weights,)`.
            batch: the points, from `system.prepare`.
        """
        lengths = [len(term.names) for term in self.system.terms]
        norms = self.gradient_norms(tf.constant(weights), batch).numpy()
        equations, *conditions = np.split(norms, np.cumsum(lengths)[:-1])
        terms = self.system.terms[1:], self.system.term_weights[1:]
        for term, present, norm in zip(*terms, conditions, strict=True):
            if term.measured:  # measurements count by their variance
                continue
            balanced = np.minimum(equations.max() / np.maximum(norm, 1e-300), LARGEST_WEIGHT)
            present.assign((1 - RATE) * present.numpy() + RATE * balanced)

    def compute_gradient_norms(self, weights, batch):
        """Return the norm of the gradient of each expression's unweighted mean square."""
        batch = [part | {"weights": tf.ones_like(part["weights"])} for part in batch]
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(weights)
            terms = self.system.compute_rows(weights, batch)
            losses = [tf.reduce_sum(rows**2) for term in terms for rows in term]
        return tf.stack([tf.norm(tape.gradient(loss, weights)) for loss in losses])

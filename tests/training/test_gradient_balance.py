"""The conditions' weights move to where all terms' gradients are equally long."""

import numpy as np

from tests.equations.test_system import COUPLED, WAVES, Case
from training.gradient_balance import RATE, GradientBalance


def test_balanced_terms_have_gradients_of_equal_norm():
    """The network's weights stay; the gradient of each condition's part of the loss becomes as
    long as the equations'. Measurements count by their variance instead."""
    case = Case(COUPLED, (5, 4))
    before = [weights.numpy() for weights in case.system.term_weights]
    balance = GradientBalance(case.system)
    for _ in range(150):
        balance.update(case.weights, case.batch)
    rows, jacobian = (array.numpy() for array in case.system.jacobian(case.weights, case.batch))
    ends = np.cumsum(
        [
            len(locations[0])
            for (locations, _), term in zip(case.points, case.terms, strict=True)
            for _ in term.names
        ]
    )
    parts = zip(np.split(rows, ends[:-1]), np.split(jacobian, ends[:-1]), strict=True)
    gradient_norms = [np.linalg.norm(r @ j) for r, j in parts]
    np.testing.assert_allclose(gradient_norms[2:-1], max(gradient_norms[:2]), rtol=1e-4)
    assert case.system.term_weights[0].numpy().tolist() == [1, 1]
    assert case.system.term_weights[-1].numpy().tolist() == before[-1].tolist()
    fresh = Case(COUPLED, (5, 4))
    GradientBalance(fresh.system).update(case.weights, fresh.batch)
    for old, once, end in zip(
        before[1:], fresh.system.term_weights[1:], case.system.term_weights[1:], strict=True
    ):
        np.testing.assert_allclose(once, old + RATE * (end.numpy() - old), rtol=1e-6)


def test_a_condition_of_no_weight_can_be_balanced():
    case = Case(WAVES, (5,), choice="soft")
    case.system.term_weights[1].assign([0.0])
    GradientBalance(case.system).update(case.weights, case.batch)
    assert np.isfinite(np.concatenate(case.system.term_weights)).all()
    assert case.system.term_weights[1].numpy() > 0

"""Phases of a training on trajectories."""

import pytest

from tasks.dynamics import plan_phases


@pytest.mark.parametrize(
    "epochs, piece, whole, lengths",
    [
        (10, 50, 60, [5, 10, 20, 40, 50]),
        (10, 0, 34, [5, 10, 20, 0]),  # 0: whole trajectories
        (10, 0, 4, [0]),
        (4, 50, 60, [5, 10, 50]),
        (1, 50, 60, [50]),
        (10**6, 0, 10**5, [5, 10, 20, 40, 0]),
    ],
)
def test_pieces_grow_until_they_are_whole(epochs, piece, whole, lengths):
    phases = plan_phases(epochs, (5, 10, 20, 40), piece, whole)
    assert [phase.states for phase in phases] == lengths
    assert sum(phase.epochs for phase in phases) == epochs
    assert all(phase.epochs > 0 for phase in phases)

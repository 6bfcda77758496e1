"""Interaction network: the forces between bodies, learned from how they move.

Each body is a node of a graph, joined to all others, and a force is a message between two of them:

    m_i a_i = sum over j of F(r_ij) (x_i - x_j) / r_ij,   r_ij = |x_i - x_j|

The network F is fitted to the motion alone: half a kick, a drift and half a kick of leapfrog lead
from each state to the next. F depends on the masses or charges of both bodies too, where they have
any. `--model interaction` learns any message, instead of a force along the line between two bodies.
The error of a step is the error of the new velocities, relative to their change in the step.
Expect about 1e-4 or less for springs, and less than 1e-3 for gravity and charges. A network trained
on five bodies moves three to eight, and conserves the energy as well as the true law.

For example: python train.py interaction --law gravity
             python train.py interaction --data motion.npz
             python train.py distil --from saved_models/interaction
"""

from dataclasses import dataclass
from typing import Literal

from tasks.motion import MotionTraining
from tasks.options import ANY, Activation, FilePath, check_range


@dataclass(frozen=True)
class Interaction(MotionTraining):
    law: Literal["springs", "gravity", "charges"] = "springs"
    """law of force of the simulation"""
    data: FilePath = ""
    """npz with arrays positions (trajectories, times, bodies, dimensions) and times (times,), and
    perhaps velocities, mass and charge; a simulation if empty"""
    bodies: int = 5
    """number of bodies that are simulated"""
    trajectories: int = 100
    """number of trajectories that are simulated"""
    steps: int = 1000
    """number of steps of each trajectory"""
    step: float = 0.02
    """step in time"""
    model: Literal["central", "interaction"] = "central"
    """forces along the line between two bodies, or any messages between them"""
    hidden: tuple[int, ...] = (64, 64)
    """units of each hidden layer"""
    activation: Activation = "softplus"
    """activation of the hidden layers"""
    epochs: int = 20
    learning_rate: float = 5e-3
    batch_size: int = 64
    patience: int = 10

    def check(self):
        super().check()
        check_range(self, bodies=(2, 100), trajectories=(10, ANY), steps=(2, ANY))
        check_range(self, step=(1e-9, 1.0), hidden=(1, 10_000))

    def build_network(self, dimensions, sizes):
        from models import interaction

        build = getattr(interaction, self.model)
        return build(dimensions, sizes, self.hidden, self.activation)

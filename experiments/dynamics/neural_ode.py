"""Neural ODE: the derivative of a state by time, learned from trajectories.

A polynomial and a network add up to dy/dt = f(y). The polynomial is fitted first, and the network
is left out if it does not help. Both are fitted to trajectories, integrated over pieces whose first
states are free, so that noise and irregular times do no harm. Levenberg and Marquardt's method
needs some fifty steps for each. Short pieces come first.

The spirals come from diffrax's example: 256 trajectories of 100 states in t = 0..10, of which a
fifth is for the test. Of predators and prey there are 200 trajectories of 50 states at random
times, with noise of 0.2.

Numbers of the state that nobody measured can be added (`--unobserved 1`): of a pendulum whose angle
alone is known, one stands for the velocity. Its first value is not known either: it is the one from
which the network passes nearest to the first half of a test trajectory.

For example: python train.py neural-ode --system predator-prey
             python train.py neural-ode --data tanks.csv --run tank --states level inflow
             python train.py neural-ode --data long.csv --piece 20 --method dormand-prince
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from tasks.dynamics import Dynamics
from tasks.options import check_range

BASELINE_DEGREE = 3  # of the polynomial that is compared


@dataclass(frozen=True)
class NeuralOde(Dynamics):
    system: Literal["spirals", "predator-prey"] = "spirals"
    """system that is simulated"""
    noise: float = -1.0
    """standard deviation of the simulation's noise; a negative number takes the usual one"""
    states: tuple[str, ...] = ()
    """columns of the state; if empty, all but the time and the trajectory"""
    unobserved: int = 0
    """number of further numbers of the state, which were not measured"""
    method: Literal["rk4", "dormand-prince"] = "rk4"
    """method of the endpoint rollout: fourth order with fixed steps, or fifth order with steps that
    keep the error below 1e-8"""
    activation: Literal["tanh", "softplus", "logistic"] = "tanh"
    """activation of the hidden layers"""
    degree: int = 2
    """degree of the polynomial beside the network; of a state of many numbers it is lower"""
    epochs: int = 10
    piece: int = 50

    # The pieces double, so that each fit starts near its solution.
    short_pieces: ClassVar = (5, 10, 20, 40)

    def check(self):
        super().check()
        check_range(self, noise=(-1.0, 1e6), unobserved=(0, 20), degree=(1, 9))

    def load(self):
        from datasets.flows import simulate_flow
        from datasets.state_trajectories import add_unobserved, load_trajectories

        if self.data:
            table = self.data, self.run, self.time, self.states
            data = load_trajectories(*table, self.split_seed)
        else:
            data = simulate_flow(self.system, self.trajectories, self.noise, self.split_seed)
        return add_unobserved(data, self.unobserved)

    def find_derivative(self):
        """Return the derivative that made the data as a NumPy function; None if it is unknown."""
        from datasets.flows import FLOWS

        return None if self.data or self.unobserved else FLOWS[self.system].derive

    def follow(self):
        from models.vector_fields import follow_plain

        return follow_plain

    def build(self, data):
        from models.vector_fields import plain

        return plain(*self.describe_field(data), self.hidden, self.activation, self.degree)

    def advance(self, derive, step):
        from models.integrators import step_adaptively, step_explicitly

        if self.method == "dormand-prince":
            return step_adaptively(derive, 1e-8), float("inf")
        return lambda state, h: step_explicitly(derive, state, h)[0], step

    def export(self, model, data):
        """Export the derivatives, and the states at any times."""
        from runs.endpoint import Export

        return Export(model, self.make_endpoints(model, self.follow(), data))

    def find_function(self, data):
        """Return states, of which the endpoint `serve` has the derivatives."""
        from datasets.state_trajectories import list_rows

        return list_rows(data, *(f"{column.name}_t" for column in data.columns)), "serve"

    def baselines(self, data):
        """Fit a polynomial without a network in the same way, and an LSTM."""
        from evaluation.dynamics_baselines import fit_lstm
        from models.vector_fields import follow_plain, plain

        polynomial = plain(*self.describe_field(data), hidden=(), degree=BASELINE_DEGREE)
        name = f"polynomials, degree {BASELINE_DEGREE}"
        return self.fit_baseline(polynomial, follow_plain, data, name) | fit_lstm(data)

    def evaluate(self, run, data):
        from evaluation.flows import evaluate_flow
        from tasks.supervised import check_unchanged

        check_unchanged(run, data)
        print("Fitting polynomials and an LSTM to the same trajectories ...")
        return evaluate_flow(run, data, self.baselines(data), self.find_derivative())

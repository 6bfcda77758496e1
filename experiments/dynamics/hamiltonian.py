"""Hamiltonian network: an energy, learned from motion, that is then conserved.

A network H(q, p) gives the motion by dq/dt = dH/dp, dp/dt = -dH/dq. It is fitted to trajectories,
which may be noisy, and its states are moved by a symplectic method. The plain network beside it has
the same size and learns the derivatives directly; its energy drifts.

The systems follow Greydanus et al. (arXiv:1906.01563). Spring and pendulum: 50 trajectories
of 30 and 45 states in t = 0..3 with noise 0.1, half of them test. Two and three bodies: 200 in
t = 0..20 and 400 in t = 0..5 (they had 1000 and 5000) without noise, a fifth test. Their networks
see true derivatives, this one only the states. The energy MSE is measured along rollouts to t = 20
(three bodies: 5) from true test states.

Of your own table, the first half of the columns is q and the second one p, or with `--coordinates
lagrangian` the velocities; `--positions q` alone then takes positions in time.

For example: python train.py hamiltonian --system two-bodies --hidden 24 24
             python train.py hamiltonian --data swings.csv --run swing --coordinates lagrangian
             python train.py distil --from saved_models/hamiltonian
"""

from dataclasses import dataclass
from typing import Literal

from tasks.dynamics import Dynamics


@dataclass(frozen=True)
class Hamiltonian(Dynamics):
    system: Literal["spring", "pendulum", "two-bodies", "three-bodies"] = "pendulum"
    """system that is simulated"""
    positions: tuple[str, ...] = ()
    """columns of the positions; if empty, the first half of the columns"""
    momenta: tuple[str, ...] = ()
    """columns of the momenta, or velocities, in the same order"""
    coordinates: Literal["hamiltonian", "lagrangian"] = "hamiltonian"
    """learn an energy of positions and momenta, or a Lagrangian of positions and velocities"""
    energy: Literal["mechanical", "separable", "general"] = "mechanical"
    """form of the energy: a sum of p^2/(2m) + V(q) with learned masses, T(p) + V(q), or any
    H(q, p); a Lagrangian is general"""
    activation: Literal["tanh", "softplus", "logistic"] = "tanh"
    """activation of the hidden layers"""

    @property
    def formula(self):
        """The energy of the simulation; "" if it is not known."""
        from datasets.mechanics import SYSTEMS

        return "" if self.data or self.is_lagrangian else SYSTEMS[self.system].energy

    @property
    def is_lagrangian(self):
        return self.coordinates == "lagrangian"

    def load(self):
        from datasets.mechanical_trajectories import load_mechanics, simulate_mechanics

        if not self.data:
            options = self.system, self.trajectories, self.is_lagrangian, self.split_seed
            return simulate_mechanics(*options)
        columns = self.run, self.time, self.positions, self.momenta
        return load_mechanics(self.data, *columns, self.is_lagrangian, self.split_seed)

    def find_law(self):
        """Return the `datasets.mechanics.Law` of the simulation; None if it is not known."""
        from datasets.mechanics import compile_law

        return None if self.data else compile_law(self.system, self.is_lagrangian)

    def find_function(self, data):
        """Return states, of which the endpoint `energy` has the energy."""
        from datasets.state_trajectories import list_rows

        return list_rows(data, "energy"), "energy"

    def follow(self):
        from models import vector_fields

        return getattr(vector_fields, f"follow_{self.coordinates}")

    def build(self, data):
        from models import vector_fields

        options = {} if self.is_lagrangian else {"energy": self.energy}
        build = getattr(vector_fields, self.coordinates)
        return build(*self.describe_field(data), self.hidden, self.activation, **options)

    def advance(self, derive, step):
        from models.integrators import step_symplectically

        return lambda state, h: step_symplectically(derive, state, h), step

    def export(self, model, data):
        """Export the derivatives, the energy, and the states at any times."""
        from runs.endpoint import Endpoint, Export
        from tasks.dynamics import stack_state

        names = [column.name for column in data.columns]
        measure, zero = self.choose_zero(model, data)

        def energy(inputs):
            return {"energy": measure(stack_state(inputs, names))[:, 0] - zero}

        endpoints = self.make_endpoints(model, self.follow(), data)
        return Export(model, endpoints | {"energy": Endpoint(energy, data.columns)})

    def choose_zero(self, model, data):
        """Return the energy as a function of states, and the constant that is subtracted: motion
        does not tell it. The training states then have the mean energy that the simulation's
        formula gives, or 0."""
        import tensorflow as tf

        from datasets.state_trajectories import list_states
        from models.vector_fields import lagrangian_energy

        measure = lagrangian_energy(model) if self.is_lagrangian else model
        states, law = list_states(data.train), self.find_law()
        zero = measure(tf.constant(states)).numpy().mean()
        true = law.energy(states).mean() if law else 0.0
        return measure, float(zero - true)

    def baselines(self, data):
        """Fit the plain network of the same size; of a simulation, also move by the true law."""
        from evaluation.dynamics_baselines import make_true_law
        from models import vector_fields

        sizes = self.hidden, self.activation
        network = vector_fields.plain(*self.describe_field(data), *sizes, degree=1)
        found = self.fit_baseline(network, vector_fields.follow_plain, data, "plain network")
        return found | make_true_law(data, self.find_law(), self.choose_step(data)[1])

    def evaluate(self, run, data):
        from evaluation.mechanics import evaluate_mechanics
        from tasks.supervised import check_unchanged

        check_unchanged(run, data)
        print("Fitting the plain network of the same size ...")
        return evaluate_mechanics(run, data, self.baselines(data), self.find_law())

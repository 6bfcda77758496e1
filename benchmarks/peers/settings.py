"""References of `benchmarks/physics.py`: settings of DeepXDE, and published results."""

from typing import NamedTuple


class Setting(NamedTuple):
    """Settings of DeepXDE; the defaults are those of its documented example for Burgers' equation.

    Args:
        backend: value of `DDE_BACKEND`.
        precision: precision of weights and points.
        hidden: units of each hidden layer.
        points: number of points in the interior, on the boundary and at the initial time.
        hard: build the conditions into the network instead of adding them to the loss.
        adam: number of Adam steps.
        lbfgs: maximum number of L-BFGS iterations after Adam; 0 for none.
        rounds: number of further rounds, each with new points by RAD, at most 1000 Adam steps, and
            L-BFGS.
    """

    backend: str
    precision: str = "float32"
    hidden: tuple = (20, 20, 20)
    points: tuple = (2540, 80, 160)
    hard: bool = False
    adam: int = 15000
    lbfgs: int = 15000
    rounds: int = 0


# As in DeepXDE's examples/pinn_forward/Burgers.py; its JAX backend has no L-BFGS.
DOCUMENTED = {
    "DeepXDE TensorFlow float32": Setting("tensorflow"),
    "DeepXDE JAX float32": Setting("jax", lbfgs=0),
    "DeepXDE PyTorch float32": Setting("pytorch"),
    "DeepXDE PyTorch float64": Setting("pytorch", "float64"),
}
# As in the published code of C. Wu et al., arXiv 2207.10289; all float64 settings use PyTorch.
RAD = Setting("pytorch", "float64", (64, 64, 64), (2000, 0, 0), hard=True, lbfgs=1000, rounds=100)
SMALL_RAD = Setting(
    "pytorch", "float64", points=(2540, 0, 0), hard=True, adam=500, lbfgs=1000, rounds=1000
)
HARD = Setting("pytorch", "float64", points=(1000, 0, 0), hard=True)
LINE = Setting("pytorch", "float64", (20, 20), (100, 0, 0), hard=True)
# As in its examples/pinn_forward/ode_system.py.
SYSTEM = Setting("tensorflow", hidden=(50, 50, 50), points=(35, 2, 0), adam=20000, lbfgs=0)

# With fewer Adam steps before L-BFGS, DeepXDE is faster than with the settings of its examples.
DEEPXDE = {
    "burgers": {
        **DOCUMENTED,
        "DeepXDE float64, RAD, 3 x 64": RAD,
        "DeepXDE float64, RAD, 3 x 20": SMALL_RAD,
    },
    "burgers, soft": DOCUMENTED,
    "poisson": {
        "DeepXDE float64, hard": HARD,
        "DeepXDE float64, hard, L-BFGS": HARD._replace(adam=500),
    },
    "ode gaussian": {
        "DeepXDE TensorFlow float32": SYSTEM,
        "DeepXDE float64, hard": LINE,
        "DeepXDE float64, hard, L-BFGS": LINE._replace(adam=500),
    },
}

UNTOLD = float("inf")
# Seconds and relative L2 error.
PUBLISHED = {
    "burgers": {
        "Raissi et al. 2019": (UNTOLD, 6.7e-4),
        "SOAP, arXiv 2502.00604": (UNTOLD, 4.0e-5),
        "SSBroyden on a GPU, arXiv 2501.16371": (2878, 1.6e-8),
        "vRBA, arXiv 2509.14198": (47 * 60, 5e-9),
    },
    "allen-cahn": {
        "jaxpi, arXiv 2308.08468": (UNTOLD, 5.4e-5),
        "SSBroyden, arXiv 2501.16371": (UNTOLD, 9.4e-7),
    },
    "helmholtz": {"SPRING, arXiv 2505.12149": (540, 2.0e-9)},
    "schroedinger": {"Raissi et al. 2019": (UNTOLD, 1.97e-3)},
    "poisson": {"energy natural gradient, arXiv 2302.13163": (UNTOLD, 1e-8)},
}

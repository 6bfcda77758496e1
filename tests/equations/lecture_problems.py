"""The equations of the experiments, by name."""

from experiments.physics.advection import Advection
from experiments.physics.allen_cahn import AllenCahn, diffusing_kink  # noqa: F401
from experiments.physics.burgers import Burgers
from experiments.physics.burgers_inverse import BurgersInverse
from experiments.physics.heat import Heat
from experiments.physics.helmholtz import Helmholtz
from experiments.physics.navier_stokes_cavity import NavierStokesCavity
from experiments.physics.ode import ODES  # noqa: F401
from experiments.physics.poisson import Poisson
from experiments.physics.schroedinger import Schroedinger
from experiments.physics.wave import Wave

ADVECTION, ALLEN_CAHN, BURGERS = Advection.text, AllenCahn.text, Burgers.text
BURGERS_INVERSE, HEAT, HELMHOLTZ = BurgersInverse.text, Heat.text, Helmholtz.text
NAVIER_STOKES_CAVITY, POISSON = NavierStokesCavity.text, Poisson.text
SCHROEDINGER, WAVE = Schroedinger.text, Wave.text

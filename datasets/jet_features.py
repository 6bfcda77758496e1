"""High-level features of jets: what physicists compute from the particles of a jet.

With the fraction z of the jet's momentum that a particle has, and the distance R between particles
in pseudorapidity and azimuth, they are sums over pairs and triples of particles,

    e2 = sum z_i z_j R_ij^b               e3 = sum z_i z_j z_k (R_ij R_ik R_jk)^b
    m3 = sum z_i z_j z_k (smallest R)^b   n3 = sum z_i z_j z_k (product of the two smallest)^b

and their ratios C1 = e2, C2 = e3 / e2^2, D2 = e3 / e2^3, M2 = m3 / e2, N2 = n3 / e2^2: small for a
jet with two cores, large for one. The published table of jets has them for jets that are groomed
("mmdt"); here all particles count.

Source: Larkoski, Salam and Thaler, arXiv:1305.0007; Moult, Necib and Thaler, arXiv:1609.07483.
"""

import numpy as np
import pandas as pd

LEADING = 30  # particles that the sums over triples take
AT_ONCE = 500  # jets
SMALLEST = 1e-12


def compute_jet_features(particles):
    """Compute the features of jets as a table.

    Args:
        particles: `(jets, particles, 3)`, sorted by momentum: transverse momentum in GeV, 0 or NaN
            behind the last particle, pseudorapidity and azimuth relative to the jet's axis.

    Returns: `pandas.DataFrame` with a row a jet: `zlogz`, the sum of z ln z; `c1_b0` to `n2_b2`;
    `mass` in GeV, and `multiplicity`, the number of particles.
    """
    particles = np.nan_to_num(np.asarray(particles, "float64"))
    parts = [compute_some(particles[k : k + AT_ONCE]) for k in range(0, len(particles), AT_ONCE)]
    return pd.concat(parts, ignore_index=True)


def compute_some(particles):
    momentum = particles[:, :, 0]
    z = momentum / np.maximum(momentum.sum(axis=1, keepdims=True), SMALLEST)
    features = {"zlogz": (z * np.log(np.maximum(z, SMALLEST))).sum(axis=1)}
    leading = z[:, :LEADING].astype("float32")  # there are thousands of triples a jet
    size = leading.shape[1]
    i, j = np.triu_indices(size, 1)
    gap = particles[:, i, 1:] - particles[:, j, 1:]
    r = np.hypot(gap[..., 0], gap[..., 1]).astype("float32")  # (jets, pairs)
    pairs = leading[:, i] * leading[:, j]
    number = np.zeros((size, size), int)
    number[i, j] = np.arange(len(i))
    a, b, c = find_triples(size)
    triples = leading[:, a] * leading[:, b] * leading[:, c]  # (jets, triples)
    sides = np.sort([r[:, number[a, b]], r[:, number[a, c]], r[:, number[b, c]]], axis=0)
    e2, e3, m3, n3 = {0: pairs.sum(axis=1)}, {}, {}, {}
    for power in (1, 2):
        e2[power] = (pairs * r**power).sum(axis=1)
        e3[power] = (triples * (sides[0] * sides[1] * sides[2]) ** power).sum(axis=1)
        m3[power] = (triples * sides[0] ** power).sum(axis=1)
        n3[power] = (triples * (sides[0] * sides[1]) ** power).sum(axis=1)
    below = {power: np.maximum(values, SMALLEST) for power, values in e2.items()}
    features |= {f"c1_b{power}": e2[power] for power in (0, 1, 2)}
    features |= {f"c2_b{power}": e3[power] / below[power] ** 2 for power in (1, 2)}
    features |= {f"d2_b{power}": e3[power] / below[power] ** 3 for power in (1, 2)}
    features |= {"d2_a1_b2": e3[1] / below[2] ** 1.5}
    features |= {f"m2_b{power}": m3[power] / below[power] for power in (1, 2)}
    features |= {f"n2_b{power}": n3[power] / below[power] ** 2 for power in (1, 2)}
    features |= {"mass": compute_mass(particles), "multiplicity": (momentum > 0).sum(axis=1)}
    return pd.DataFrame(features).astype("float32")


def find_triples(size):
    """Return three arrays of numbers below `size`, rising within each triple."""
    cube = np.indices((size, size, size))
    return cube[:, (cube[0] < cube[1]) & (cube[1] < cube[2])]


def compute_mass(particles):
    """Return the invariant mass of massless particles, `(jets,)`, in GeV."""
    p, eta, phi = np.moveaxis(particles, -1, 0)
    energy, along = (p * np.cosh(eta)).sum(axis=1), (p * np.sinh(eta)).sum(axis=1)
    x, y = (p * np.cos(phi)).sum(axis=1), (p * np.sin(phi)).sum(axis=1)
    return np.sqrt(np.maximum(energy**2 - along**2 - x**2 - y**2, 0))

"""Jets drawn by a parton shower: gluons, quarks, W and Z bosons and top quarks of 1 TeV.

A quark or gluon of transverse momentum p radiates gluons at smaller and smaller angles theta, with
a fraction z of its momentum, at the rate

    dN = 2 C alpha(k) / pi * f(z) * dz/z * dtheta/theta,      k = z theta p > 1 GeV,

where C is 4/3 for a quark and 3 for a gluon, which therefore becomes the wider jet with more
particles. A W or Z boson decays to two quarks, a top quark to a quark and a W boson: their jets
have two and three cores and the parent's mass. At the end each parton becomes a few hadrons. It is
the simplest shower that has this structure, to leading logarithms: there is no pile-up and no
g -> q qbar, and the detector only blurs the momenta.

Source: Ellis, Stirling and Webber, QCD and Collider Physics, chapter 5; angles ordered as in
Marchesini and Webber, Nucl. Phys. B 238 (1984) 1.
"""

import numpy as np

CLASSES = ("g", "q", "t", "w", "z")
QUARK, GLUON = 0, 1
COLOUR = np.array([4 / 3, 3.0])  # C of a quark and of a gluon
MASSES = {"t": 172.5, "w": 80.4, "z": 91.2}  # GeV
MOMENTA = 900.0, 1100.0  # GeV, transverse to the beam
RADIUS = 0.8  # of a jet
CUTOFF = 1.0  # GeV, smallest transverse momentum of a gluon against its parent
LAMBDA, FLAVOURS = 0.2, 5  # GeV; of the running coupling
HADRONS = 2.0  # mean number of hadrons of a parton after the first
SMEARING = 0.3  # GeV, transverse momentum of a hadron against its parton
SOFTEST = 0.5  # GeV, smallest momentum of a hadron
RESOLUTION = 0.1  # of a hadron's measured momentum, as a fraction


def draw_jets(count, particles, seed):
    """Draw jets of the five classes.

    Args:
        count: number of jets.
        particles: number of particles to keep of each jet, the ones of the largest momentum.
        seed: seed of the random numbers.

    Returns: particles `(count, particles, 3)`, sorted by momentum: transverse momentum in GeV, and
    pseudorapidity and azimuth relative to the jet's axis; all are 0 behind the last particle. And
    the labels `(count,)`.
    """
    random = np.random.default_rng(seed)
    labels = np.array(CLASSES)[random.integers(len(CLASSES), size=count)]
    jet, partons = draw_hard_partons(labels, random)
    jet, hadrons = to_hadrons(*shower(jet, partons, random), random)
    return collect(jet, hadrons, count, particles), labels


def draw_hard_partons(labels, random):
    """Draw the partons that the showers start from.

    Returns: the jet of each, `(partons,)`, and its kind, momentum, two directions and largest angle
    of radiation, `(5, partons)`.
    """
    jets, parts = [], []
    momentum = random.uniform(*MOMENTA, len(labels))
    for label in CLASSES:
        (number,) = np.nonzero(labels == label)
        p = momentum[number]
        if label in ("g", "q"):
            kind = np.full(len(p), float(GLUON if label == "g" else QUARK))
            jets.append(number)
            parts.append(np.stack([kind, p, 0 * p, 0 * p, 0 * p + RADIUS]))
            continue
        # Energy and momentum (x along the jet, y and z across), `(4, jets)`.
        parent = np.stack([np.hypot(p, MASSES[label]), p, 0 * p, 0 * p])
        if label == "t":
            quark, boson = decay(parent, MASSES["t"], MASSES["w"], random)
            quarks = [quark, *decay(boson, MASSES["w"], 0.0, random)]
        else:
            quarks = decay(parent, MASSES[label], 0.0, random)
        parts.append(radiate_below_the_nearest(quarks))
        jets.extend([number] * len(quarks))
    return np.concatenate(jets), np.concatenate(parts, axis=1)


def decay(parent, mass, child_mass, random):
    """Decay particles in a random direction into a massless one and one of `child_mass`.

    Args:
        parent: energy and momentum, `(4, particles)`, of particles of this mass.

    Returns: energies and momenta of the two, each `(4, particles)`.
    """
    p = (mass**2 - child_mass**2) / (2 * mass)  # of both, where the parent rests
    direction = random.normal(size=(3, parent.shape[1]))
    direction /= np.linalg.norm(direction, axis=0)
    energy, momentum = p, p * direction
    gamma, boost = parent[0] / mass, parent[1:] / mass
    along = (boost * momentum).sum(axis=0)
    first = np.concatenate(
        [[gamma * energy + along], momentum + boost * (energy + along / (gamma + 1))]
    )
    return first, parent - first


def radiate_below_the_nearest(quarks):
    """Return the partons of `draw_hard_partons`: each radiates at angles to its nearest partner."""
    momentum = [np.hypot(q[1], q[2]) for q in quarks]
    eta = [np.arcsinh(q[3] / p) for q, p in zip(quarks, momentum, strict=True)]
    phi = [np.arctan2(q[2], q[1]) for q in quarks]
    places = np.stack([eta, phi])  # (2, quarks, jets)
    apart = np.linalg.norm(places[:, :, None] - places[:, None], axis=0)
    apart[np.arange(len(quarks)), np.arange(len(quarks))] = RADIUS
    angle = np.minimum(apart.min(axis=0), RADIUS)
    parts = [np.full_like(angle, QUARK), np.stack(momentum), *places, angle]
    return np.stack(parts).reshape(5, -1)


def coupling(k):
    """Return the strong coupling at the transverse momentum k in GeV, to one loop."""
    return 12 * np.pi / ((33 - 2 * FLAVOURS) * np.log(k**2 / LAMBDA**2))


def shower(jet, partons, random, coupling=coupling, splitting=None):
    """Let partons radiate until no gluon above the cutoff is left.

    Angles fall from emission to emission. Emissions are drawn at a rate that is too large, and kept
    with the probability that corrects it (the veto algorithm).

    Args:
        jet: `(partons,)`.
        partons: `(5, partons)`, see `draw_hard_partons`.
        coupling: function of k.
        splitting: function of z and the kind, at most 1; None takes that of QCD, `split_fraction`.

    Returns: the jet of each final parton, and its momentum and two directions, `(3, partons)`.
    """
    splitting, largest = splitting or split_fraction, coupling(CUTOFF)
    jets, finals = [], []
    while len(jet):
        kind, p, eta, phi, angle = partons
        colour = COLOUR[kind.astype(int)]
        span = np.log(np.maximum(p * angle / CUTOFF, 1 + 1e-9))  # of ln 1/z
        rate = 2 * colour * largest / np.pi * span  # of ln 1/angle
        angle = angle * np.exp(-random.exponential(size=len(p)) / rate)
        z = np.exp(-random.uniform(size=len(p)) * span)
        k = np.minimum(z, 1 - z) * angle * p
        can_radiate = angle * p / 2 > CUTOFF
        kept = splitting(z, kind) * coupling(np.maximum(k, CUTOFF)) / largest
        radiates = can_radiate & (k > CUTOFF) & (random.uniform(size=len(p)) < kept)

        jets.append(jet[~can_radiate])
        finals.append(partons[1:4, ~can_radiate])
        # The gluon goes to one side and its parent to the other, about the same centre.
        side = random.uniform(0, 2 * np.pi, len(p))
        x, y = angle * np.cos(side), angle * np.sin(side)
        hard = np.stack([kind, (1 - z) * p, eta - z * x, phi - z * y, angle])
        soft = np.stack([0 * kind + GLUON, z * p, eta + (1 - z) * x, phi + (1 - z) * y, angle])
        waits = can_radiate & ~radiates
        same = np.stack([kind, p, eta, phi, angle])
        partons = np.concatenate([hard[:, radiates], soft[:, radiates], same[:, waits]], axis=1)
        jet = np.concatenate([jet[radiates], jet[radiates], jet[waits]])
    return np.concatenate(jets), np.concatenate(finals, axis=1)


def split_fraction(z, kind):
    """Return z P(z) / (2 C) of q -> q g, and of g -> g g with its pole at z = 1 moved to z = 0."""
    return np.where(kind == GLUON, (1 - z) * (1 + z**2 / 2), (1 + (1 - z) ** 2) / 2)


def to_hadrons(jet, partons, random):
    """Share the momentum of each parton among a few hadrons close to its direction."""
    count = 1 + random.poisson(HADRONS, len(jet))
    owner = np.repeat(np.arange(len(jet)), count)
    share = random.exponential(size=len(owner))
    share /= np.bincount(owner, share)[owner]
    p, eta, phi = partons[:, owner]
    p = p * share
    shift = random.normal(scale=SMEARING, size=(2, len(p))) / np.maximum(p, SOFTEST)
    p = p * np.maximum(random.normal(1, RESOLUTION, len(p)), 0)
    return jet[owner], np.stack([p, eta + shift[0], phi + shift[1]])


def collect(jet, hadrons, count, particles):
    """Return the leading particles of each jet about its axis, `(count, particles, 3)`."""
    total = np.bincount(jet, hadrons[0], count)
    axis = [np.bincount(jet, hadrons[0] * x, count) / total for x in hadrons[1:]]
    hadrons = np.stack([hadrons[0], *(x - a[jet] for x, a in zip(hadrons[1:], axis, strict=True))])
    inside = (np.hypot(*hadrons[1:]) < RADIUS) & (hadrons[0] > SOFTEST)
    jet, hadrons = jet[inside], hadrons[:, inside]
    order = np.lexsort((-hadrons[0], jet))
    jet, hadrons = jet[order], hadrons[:, order]
    place = np.arange(len(jet)) - np.searchsorted(jet, jet)
    kept = place < particles
    found = np.zeros((count, particles, 3), "float32")
    found[jet[kept], place[kept]] = hadrons[:, kept].T
    return found

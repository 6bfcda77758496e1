"""Parts of a step of the Levenberg-Marquardt method: their time, and the speed of J'J.

    python benchmarks/second_order.py burgers
    python benchmarks/second_order.py burgers --hidden 24 24 24 24

The arguments are those of `train.py`, for any differential equation with few enough weights for
this method. The speed of J'J is compared with a product of large matrices by the same OpenBLAS.
Times are medians; nothing else should run at the same time.
"""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
REPEATS, LARGE = 15, 3000


def main(words):
    import numpy as np
    from scipy.linalg import blas

    system, known = system_of(words)
    weights = system.get_weights()
    normal, steps = parts(system, weights, known)
    print("| part | ms |\n|---|---|")
    for name, seconds in steps.items():
        print(f"| {name} | {1e3 * seconds:.1f} |")
    rows, size = len(normal.rows), len(weights)
    speed = rows * size**2 / steps["J'J"] / 1e9
    matrix = np.asfortranarray(np.random.default_rng(0).normal(size=(LARGE, LARGE)))
    limit = 2 * LARGE**3 / seconds_of(lambda: blas.dgemm(1.0, matrix, matrix)) / 1e9
    print(
        f"\n{size} weights, {rows} rows. J'J: {speed:.0f} GFLOP/s; "
        f"product of large matrices: {limit:.0f} GFLOP/s"
    )


def system_of(words):
    """Return the first `equations.system.System` of a training, and the batch of its points."""
    from tasks.command import parse_experiment
    from training.device import start_tensorflow

    start_tensorflow()
    from equations.system import System

    _, experiment = parse_experiment(words)
    data = experiment.load()
    network = experiment.build(data)
    terms, regions = zip(*experiment.terms(data, network.count_params()), strict=True)
    system = System(network, data.scaled.coordinates, terms)
    points = [region.draw([0, number]) for number, region in enumerate(regions)]
    return system, system.prepare(points)


def parts(system, weights, known):
    """Return the normal equations, and the seconds of a step and of its parts.

    The time of one block of rows is multiplied by the number of blocks.
    """
    import numpy as np
    import scipy.linalg
    import tensorflow as tf
    from scipy.linalg import blas

    from training.levenberg_marquardt import LevenbergMarquardt
    from training.normal_equations import NormalEquations

    normal = NormalEquations(system, weights, known)
    _, _, transposed = normal.only or normal.compute_block(normal.parts[0])
    damped = normal.matrix + np.diag(np.full(len(weights), normal.matrix.diagonal().max()))
    variable = tf.constant(weights)
    return normal, {
        "a step": seconds_of(lambda: LevenbergMarquardt().step(system, weights, known)),
        "Jacobian": seconds_of(lambda: system.jacobian(variable, normal.parts[0]))
        * len(normal.parts),
        "J'J": seconds_of(lambda: blas.dsyrk(1.0, transposed, lower=1)) * len(normal.parts),
        "Cholesky factorisation": seconds_of(
            lambda: scipy.linalg.cho_factor(damped, lower=True, check_finite=False)
        ),
        "residuals": seconds_of(lambda: system.residuals(variable, known).numpy()),
    }


def seconds_of(work):
    work()
    found = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


if __name__ == "__main__":
    main(sys.argv[1:] or ["burgers"])

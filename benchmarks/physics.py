"""Differential equations: error and time of `train.py`, DeepXDE, papers and classical solvers.

    python benchmarks/physics.py [experiment ...] [--seeds 3] [--peers none|steps|all]
        [--picture docs/physics.png]

Each figure of this project is measured with `train.py` in a separate process: the wall time until
the model is exported, and the relative L2 error of the exported model according to `evaluate.py`,
for the worst unknown. The table shows the median over the seeds, with the minimum and maximum in
brackets. DeepXDE is measured in separate processes, too, on the same grid and without the time of
the measurement: until it is as accurate as this project, or else at its end or where it was
stopped. Lines with a goal show the best peer measured here; the lines below show every peer beside
the fastest row of this project whose error is not larger. Ratios are peer over this project. Adam
steps are measured with the same network and the same number of points.

Figures are saved in `benchmarks/physics.jsonl` and reused as long as the code is unchanged, so that
an interrupted benchmark continues. Nothing else should run at the same time. DeepXDE needs
`pip install -r requirements-benchmarks.txt`.
"""

import argparse
import math
import statistics
import sys
import tempfile
from pathlib import Path

from peers.settings import DEEPXDE, DOCUMENTED, PUBLISHED
from physics_runs import PROJECT, Journal, our_step, ours, peer, peer_step
from physics_table import HEADER, Peer, Row, line, lines, ratio, result_of, spread

sys.path.insert(0, str(PROJECT))

LONG = "--epochs 1000000 --patience 1000000 --tolerance 0"
ROWS = [
    Row("burgers", f"burgers --seconds 7 {LONG}", 1e-3, 15),
    Row("burgers", f"burgers --seconds 12 {LONG}", 1e-4, 20),
    Row("burgers", f"burgers --seconds 33 {LONG}", 1e-5, 40),
    Row("burgers", f"burgers --seconds 120 --hidden 24 24 24 24 {LONG}", 1e-6, 300),
    Row("burgers", f"burgers --seconds 1200 --hidden 24 24 24 24 {LONG}", 1e-8, 1800, seeds=1),
    Row(
        "burgers, soft",
        "burgers --seconds 60 --constraints soft --collocation-points 2780 "
        f"--condition-points 80 {LONG}",
    ),
    Row("poisson", f"poisson --seconds 12 {LONG}", 1e-8, 20),
    Row("helmholtz", f"helmholtz --seconds 60 {LONG}", 1e-7, 120),
    Row("allen-cahn", f"allen-cahn --seconds 25 {LONG}", 1e-4, 180),
    Row("allen-cahn", f"allen-cahn --seconds 60 {LONG}", 1e-5, 900),
    Row(
        "allen-cahn",
        f"allen-cahn --seconds 150 --hidden 24 24 24 --collocation-points 10000 {LONG}",
        1e-5,
        900,
    ),
    Row("wave", f"wave --seconds 110 --hidden 24 24 24 --init-scale 2 {LONG}", 1e-6, 120),
    Row("heat", f"heat --seconds 20 {LONG}", 1e-6, 120),
    Row("advection", f"advection --seconds 80 --harmonics 1 {LONG}", 1e-6, 120),
    Row("schroedinger", f"schroedinger --seconds 15 {LONG}"),
    Row("schroedinger", f"schroedinger --seconds 40 {LONG}"),
    Row(
        "schroedinger",
        f"schroedinger --seconds 120 --hidden 28 28 28 --harmonics 8 {LONG}",
        1e-4,
        600,
    ),
    Row(
        "schroedinger",
        f"schroedinger --seconds 400 --hidden 24 24 24 --harmonics 32 {LONG}",
        1e-4,
        600,
        seeds=1,
    ),
    Row("ode gaussian", f"ode --problem-name gaussian --seconds 5 {LONG}", 1e-8, 12),
    Row("ode decay", f"ode --problem-name decay --seconds 5 {LONG}", 1e-8, 12),
    Row("ode logistic", f"ode --problem-name logistic --seconds 5 {LONG}", 1e-8, 12),
    Row("ode harmonic", f"ode --problem-name harmonic --seconds 5 {LONG}", 1e-8, 12),
    Row("ode damped", f"ode --problem-name damped --seconds 6 {LONG}", 1e-8, 12),
    Row("ode van-der-pol", f"ode --problem-name van-der-pol --seconds 15 {LONG}", 1e-6, 30),
    Row("ode lotka-volterra", f"ode --problem-name lotka-volterra --seconds 15 {LONG}", 1e-6, 30),
    Row("ode lorenz", f"ode --problem-name lorenz --hidden 30 20 --seconds 90 {LONG}", 1e-5),
    Row("burgers-inverse, clean", f"burgers-inverse --seconds 40 {LONG}", 1e-5, of="constants"),
    Row(
        "burgers-inverse, 1 % noise",
        f"burgers-inverse --noise 0.01 --seconds 30 {LONG}",
        5e-3,
        of="constants and intervals",
    ),
    Row(
        "navier-stokes-cavity",
        f"navier-stokes-cavity --seconds 60 {LONG}",
        1e-2,
        unknowns=("u", "v"),
    ),
]
STEP_PROCESSES = 5
CURVE = 3  # minimum number of rows of a problem for a curve of error against time
# DeepXDE evaluates the equation on the boundary and at the initial time, too: 2540 + 80 + 160
# points.
STEP = (
    "burgers --optimizer adam --constraints soft --collocation-points 2780 "
    "--condition-points 80 --resample never "
    "--epochs 30 --precision"
)


def main(arguments, rows):
    journal = Journal(arguments.figures, arguments.reuse)
    line(*HEADER)
    line(*["---"] * len(HEADER))
    panels = {}
    for problem in dict.fromkeys(row.problem for row in rows):
        mine = [row for row in rows if row.problem == problem]
        results = [our_result(row, journal, arguments.seeds) for row in mine]
        peers = measured_peers(mine[0], journal, arguments)
        published = [
            Peer(name, [[point]], ", published")
            for name, point in PUBLISHED.get(problem, {}).items()
        ]
        lines(mine, results, peers, published)
        if problem == "burgers":
            step_lines(journal, arguments.peers != "none")
        if sum(map(bool, results)) >= CURVE:
            panels[problem] = methods(results, peers + published)
    if arguments.picture:
        draw(panels, arguments.picture)


def our_result(row, journal, seeds):
    """Return the `Result` of all seeds; None if there are no figures."""
    options, seeds = row.options, min(seeds, row.seeds)
    found = [
        journal.figures("ours", f"{options} --seed {seed}", ours, options, seed)
        for seed in range(seeds)
    ]
    return result_of(row, found) if any(found) else None


def measured_peers(row, journal, arguments):
    """Return a `Peer` for each setting with which DeepXDE has solved the row's problem."""
    found = []
    problem = row.problem.split(",")[0]  # solved once for all formulations of this project
    with tempfile.TemporaryDirectory() as folder:
        grid = Path(folder) / "grid.npz"
        if arguments.peers == "all" and row.problem in DEEPXDE:
            write_grid(row, grid)
        for name, setting in DEEPXDE.get(row.problem, {}).items():
            seeds = []
            for seed in range(arguments.peer_seeds):
                key = f"{problem}: {name}, seed {seed}, at most {arguments.peer_limit:g} s"
                words = problem, name, setting, seed, grid, arguments.peer_limit
                seeds.append(
                    journal.figures("peer", key, peer if arguments.peers == "all" else None, *words)
                )
            if seeds := [figures for figures in seeds if figures]:
                stopped = "" if all(figures["finished"] for figures in seeds) else ", stopped"
                found.append(Peer(name, [figures["curve"] for figures in seeds], stopped))
    return found


def write_grid(row, path):
    """Write the points of evaluate.py's grid and the true values there."""
    import numpy as np

    from evaluation.solution import GRID
    from tasks.command import parse_experiment

    _, experiment = parse_experiment(row.options.split())
    problem = experiment.load().problem
    ends = zip(problem.low, problem.high, strict=True)
    mesh = np.meshgrid(
        *(np.linspace(*pair, GRID[len(problem.low)]) for pair in ends), indexing="ij"
    )
    places = {name: values.ravel() for name, values in zip(problem.coordinates, mesh, strict=True)}
    (truth,) = experiment.truth(problem)(places).values()
    np.savez(path, points=np.stack(list(places.values()), axis=1), truth=truth)


def step_lines(journal, measure):
    """Print the milliseconds of an Adam step with DeepXDE's documented network and points.

    Processes of this project and of DeepXDE take turns. Several are measured, since on a virtual
    machine two threads are sometimes slower than one, for a whole process or a part of it.
    """
    for name, setting in DOCUMENTED.items():
        options, our, their = f"{STEP} {setting.precision}", [], []
        problem = "burgers", name, setting
        for seed in range(STEP_PROCESSES):
            key = f"step of {options} --seed {seed}"
            our.append(journal.figures("ours", key, our_step if measure else None, options, seed))
            their.append(
                journal.figures(
                    "peer", f"step of {name}, {seed}", peer_step if measure else None, *problem
                )
            )
        if all([*our, *their]):
            our, their = ([figures["milliseconds"] for figures in found] for found in (our, their))
            ratios = ratio(statistics.median(their), statistics.median(our))
            cells = (
                f"{spread(our, '.2f')} ms",
                f"{name}: {spread(their, '.2f')} ms",
                "-",
                ratios,
                "-",
            )
            line(f"Adam step of burgers, {setting.precision}", "-", *cells)


def methods(results, peers):
    """Return `{name: (seconds, errors)}` for the plot.

    The runs of this project with different times form one curve, the first training of each peer
    another.
    """
    curves = {"train.py": sorted((result.seconds, result.error) for result in results if result)}
    curves |= {
        one.name: [point for point in one.curves[0] if math.isfinite(point[0])] for one in peers
    }
    return {name: tuple(zip(*points, strict=True)) for name, points in curves.items() if points}


def draw(panels, path):
    """Plot the error against time, one panel per problem that was solved in different times."""
    from plots.error_against_time import plot_error_against_time
    from plots.style import save_figure

    save_figure(plot_error_against_time(panels, title="What accuracy costs"), path)


def command():
    """Return the options and the rows that they select."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = list(dict.fromkeys(row.options.split()[0] for row in ROWS))
    parser.add_argument(
        "experiments",
        nargs="*",
        metavar="experiment",
        help=f"experiments to measure: {', '.join(names)}; all by default",
    )
    parser.add_argument(
        "--seeds", type=int, default=3, help="seeds of this project; 0 for the peers only"
    )
    parser.add_argument(
        "--peers",
        choices=("none", "steps", "all"),
        default="all",
        help="what to measure with DeepXDE",
    )
    parser.add_argument("--peer-seeds", type=int, default=1, help="number of seeds of each peer")
    parser.add_argument(
        "--peer-limit", type=float, default=1800, help="maximum time of a training with DeepXDE [s]"
    )
    parser.add_argument(
        "--figures",
        default=PROJECT / "benchmarks" / "physics.jsonl",
        help="file in which figures are saved",
    )
    parser.add_argument("--reuse", action="store_true", help="reuse figures of earlier code")
    parser.add_argument(
        "--picture", help="plot error against wall time in this file, e.g. docs/physics.png"
    )
    arguments = parser.parse_args()
    if wrong := set(arguments.experiments) - set(names):
        parser.error(f"no rows for {', '.join(sorted(wrong))}; there are {', '.join(names)}")
    return arguments, [
        row for row in ROWS if row.options.split()[0] in (arguments.experiments or names)
    ]


if __name__ == "__main__":
    main(*command())

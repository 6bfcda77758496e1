"""Run one symbolic regression by a peer, in the peer's own environment.

    python symbolic_regression.py PEER DATA.npz SECONDS SEED

DATA.npz contains `points` (rows, variables), `values` (rows,), `names` and `noise`, the standard
deviation of the noise, which pyoperon uses. The command prints the formula that the peer chooses.
"""

import sys
import time

import numpy as np


def pyoperon(points, values, names, noise, seconds, seed):
    """Run pyoperon with its settings in SRBench, and the operators and length of `distil`."""
    from pyoperon.sklearn import SymbolicRegressor

    regressor = SymbolicRegressor(
        allowed_symbols="constant,variable,add,sub,mul,div,square,sqrt,exp,log,sin,cos",
        objectives=["r2", "length"],
        optimizer_iterations=5,
        population_size=500,
        pool_size=500,
        tournament_size=5,
        generations=10**6,
        max_evaluations=10**12,
        max_length=25,
        max_time=int(seconds),
        uncertainty=[max(noise, 1e-6 * values.std())],
        n_threads=1,
        random_state=seed + 1,
    )
    regressor.fit(points, values)
    return regressor.get_model_string(regressor.model_, 12, names)


def gplearn(points, values, names, noise, seconds, seed):
    """Run gplearn with its defaults and the operators of `distil`, until the time is over."""
    from gplearn.functions import make_function
    from gplearn.genetic import SymbolicRegressor

    def limited_exp(x):
        return np.exp(np.clip(x, -50, 50))

    exp = make_function(function=limited_exp, name="exp", arity=1)
    functions = ("add", "sub", "mul", "div", "sqrt", "log", "sin", "cos", exp)
    end = time.monotonic() + seconds
    regressor = SymbolicRegressor(
        population_size=1000,
        generations=1,
        function_set=functions,
        const_range=(-5.0, 5.0),
        warm_start=True,
        random_state=seed,
    )
    while time.monotonic() < end and regressor.generations < 1000:
        regressor.fit(points, values)
        regressor.set_params(generations=regressor.generations + 1)
    return infix(regressor._program.program, names)


def infix(program, names):
    """Convert gplearn's program from prefix order to a formula.

    Its division, root and logarithm, which take absolute values, become the usual ones.
    """
    forms = {"add": "({} + {})", "sub": "({} - {})", "mul": "({} * {})", "div": "({} / {})"}

    def read(place):
        node = program[place]
        if isinstance(node, int | np.integer):
            return names[node], place + 1
        if not hasattr(node, "arity"):
            return f"({float(node):.17g})", place + 1
        parts, place = [], place + 1
        for _ in range(node.arity):
            part, place = read(place)
            parts.append(part)
        return forms.get(node.name, f"{node.name}({{}})").format(*parts), place

    return read(0)[0]


if __name__ == "__main__":
    peer, path, seconds, seed = sys.argv[1:]
    data = np.load(path, allow_pickle=False)
    found = {"pyoperon": pyoperon, "gplearn": gplearn}[peer](
        data["points"],
        data["values"],
        data["names"].tolist(),
        float(data["noise"]),
        float(seconds),
        int(seed),
    )
    print(found)

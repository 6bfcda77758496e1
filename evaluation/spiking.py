"""What spikes cost and save beside the same network with ReLU, and the rates of its layers."""

from dataclasses import replace

from plots.spiking import plot_raster

TRACED = 200  # test pictures whose spikes are counted by neuron
SILENT, SATURATED = 0.01, 0.9  # spikes of a neuron at a step, on average over a layer
MANY = 0.5  # share of the neurons of a layer


def add_spikes(evaluation, run, data):
    """Return the evaluation with the costs of both networks, the rates, and a raster.

    Args:
        evaluation: `evaluation.evaluation.Evaluation` of the spiking network.
        run: `runs.run.Run` with the endpoints `serve`, `relu` and `trace`.
        data: `datasets.dataset.Dataset` of pictures with one target.
    """
    (target,), test = data.targets, data.test
    methods = {"spiking": "serve", "ReLU": "relu"}
    answers = {name: run.predict(test.inputs, end) for name, end in methods.items()}
    costs = {
        name: measure_cost(answer, target, test.targets[target.name])
        for name, answer in answers.items()
    }
    traced = {name: x[:TRACED] for name, x in test.inputs.items()}
    trace = run.predict(traced, "trace")
    layers = measure_layers(trace)
    (pictures,) = traced.values()
    label = test.targets[target.name][0]
    figure = plot_raster(
        pictures[0],
        {name: x[0] for name, x in select(trace, "_spikes").items()},
        {name: x[0] for name, x in select(trace, "_potentials").items()},
        f"Spikes of one test picture, {target.name} {label}",
    )
    rows = [[metric.replace("_", " "), *(c[metric] for c in costs.values())]
            for metric in costs["spiking"]]  # fmt: skip
    columns = list(next(iter(layers.values())))
    tables = {
        f"Cost of an answer, test ({test.rows} rows)": [["a picture", *costs], *rows],
        f"Neurons by layer, {len(pictures)} test pictures": [
            ["layer", *(name.replace("_", " ") for name in columns)],
            *([name, *found.values()] for name, found in layers.items()),
        ],
    }
    return replace(
        evaluation,
        tables=evaluation.tables | tables,
        figures=evaluation.figures | {"raster": figure},
        metrics=evaluation.metrics | {"costs": costs, "layers": layers},
        advice=(*find_idle(layers), *evaluation.advice),
    )


def select(trace, ending):
    """Return `{layer: array}` of the outputs of a trace that end so, sorted."""
    chosen = sorted(name for name in trace if name.endswith(ending))
    return {name.removesuffix(ending): trace[name] for name in chosen}


def measure_cost(answer, target, true):
    """Return the accuracy of answers beside their mean cost a picture."""
    cost = {"accuracy": float((answer[target.name] == true).mean())}
    for name in ("multiply_adds", "synaptic_operations"):
        cost[name] = float(answer[name].mean())
    return cost


def measure_layers(trace):
    """Return `{layer: {neurons, rate, silent, saturated}}`.

    The rate is the mean of the spikes of a neuron at a step, from 0 to 1. A neuron is silent if it
    never fires, and saturated if it fires at every step, for all pictures.
    """
    found = {}
    for name, spikes in select(trace, "_spikes").items():
        rates = spikes.reshape(*spikes.shape[:2], -1).mean(axis=(0, 1), dtype="float64")
        found[name] = {
            "neurons": len(rates),
            "rate": float(rates.mean()),
            "silent": float((rates == 0).mean()),
            "saturated": float((rates == 1).mean()),
        }
    return found


def find_idle(layers):
    """Return a line for each layer that hardly fires, or hardly ever does not."""
    lines = []
    for name, found in layers.items():
        if found["rate"] < SILENT or found["silent"] > MANY:
            lines.append(
                f"{name}: silent, rate {found['rate']:.3f}, {found['silent']:.0%} of its neurons "
                "never fire. Try more --steps, or a smaller --learning-rate"
            )
        if found["rate"] > SATURATED or found["saturated"] > MANY:
            lines.append(
                f"{name}: saturated, rate {found['rate']:.3f}: its spikes say little. "
                "Try fewer --steps, or --reset zero"
            )
    return tuple(lines)

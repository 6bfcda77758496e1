"""What a run of a differential equation exports, in the user's units."""


def export_solution(system, problem, scales):
    """Describe the endpoints of a solution: `serve`; `residual`, which shows where to trust it; and
    `conditions`, the misfit of each.

    All numbers are float64, in the user's units.

    Args:
        system: `equations.system.System` with the fitted weights.
        problem: `equations.problem.Problem` in the user's units.
        scales: `equations.scaling.Scales` of the system.
    """
    from datasets.dataset import Column
    from equations.exported_residual import exported_conditions, exported_residual
    from models.pinn import add_names
    from runs.endpoint import Endpoint, Export

    network = use_units(system.model, problem, scales)
    solution = add_names(network, problem.coordinates, problem.unknowns)
    inputs = tuple(Column(name, dtype="float64") for name in problem.coordinates)
    parts = network, problem, system.read_constants()
    endpoints = {
        "serve": Endpoint(lambda inputs: solution(inputs), inputs),
        "residual": Endpoint(exported_residual(*parts), inputs),
    }
    if problem.conditions:
        endpoints["conditions"] = Endpoint(exported_conditions(*parts), inputs)
    return Export(solution, endpoints)


def use_units(model, problem, scales):
    """Return the network with coordinates and unknowns in the user's units, `(batch, coordinates)`
    to `(batch, unknowns)`."""
    from models.pinn import add_units

    return add_units(
        model,
        [scales.coordinates[name] for name in problem.coordinates],
        [scales.unknowns[name] for name in problem.unknowns],
    )

"""What a discovery prints and writes: models that were tried, equations, coefficients, verdict."""


def report_learned(learned):
    print(
        f"network     relative error {learned.error:.2g} on held-out data, fitted to the data "
        "alone\n"
    )


def report_step(step, terms):
    print(format_model(step, terms), flush=True)


def describe_model(step, terms):
    """Return what `discovery.json` keeps of a model that was tried."""
    coefficients = zip(terms, step.fit.coefficients.tolist(), strict=True)
    return {
        "terms": {f"{side}: {text}": value for (side, text), value in coefficients},
        "unexplained": step.fit.loss**0.5,
        "criterion": step.criterion,
        "kept": step.kept,
    }


def format_model(step, terms):
    """Return a line about a model that was tried."""
    several = len({side for side, _ in terms}) > 1
    texts = ", ".join(f"{text} in {side}" if several else text for side, text in terms)
    verdict = "" if step.kept else "   (not enough)"
    return f"  {step.fit.loss**0.5:8.2e}  {len(terms):3}  {texts}{verdict}"


def format_equations(left, terms, coefficients):
    """Return the equations as texts, such as "u_t = -1.002*u*u_x + 0.0032*u_xx".

    Args:
        left: left side of each equation.
        terms: `(left side, text)` of each term.
        coefficients: a number, or a name, for each term.
    """
    from symbolic.library import format_sum

    chosen = list(zip(terms, coefficients, strict=True))
    sums = [format_sum({text: c for (own, text), c in chosen if own == side}) for side in left]
    return [f"{side} = {right}" for side, right in zip(left, sums, strict=True)]


def describe_coefficients(found, constants, errors, data):
    """Return a dictionary for each coefficient, in the user's units.

    Args:
        found: `training.discovery.Discovered`.
        constants: value and standard error of each for the numbers of the scaled problem.
        errors: standard errors there from what the equation leaves unexplained, `(terms,)`.
        data: `tasks.measurements.MeasuredField`.
    """
    from training.model_error import compute_interval

    free, candidates = data.rows * len(data.unknowns) - len(constants), len(data.library)
    coefficients = []
    parts = zip(found.terms, constants.values(), errors, found.units, strict=True)
    for (side, text), constant, error, unit in parts:
        value, from_noise, from_misfit = (
            float(number * unit)
            for number in (constant["value"], constant["standard_error"], error)
        )
        combined, interval = compute_interval(value, from_noise, from_misfit, free, candidates)
        names = {"equation": side, "term": text, "value": value, "standard_error": combined}
        parts_of_error = {"from_noise": from_noise, "from_misfit": from_misfit}
        coefficients.append(names | parts_of_error | {"interval_95": interval})
    return coefficients


def restore_history(history, names, units):
    """Write the coefficients in a history in the user's units."""
    for name, unit in zip(names, units.tolist(), strict=True):
        for column in (f"constant {name}", f"standard_error {name}"):
            history[column] = [value * unit for value in history[column]]


def write_equations(folder, data, coefficients, initial_conditions):
    """Print the equations and write them to `equation.toml`.

    Args:
        folder: folder of the run.
        data: `tasks.measurements.MeasuredField`.
        coefficients: dictionaries with the equation, the term and the value of each coefficient.
        initial_conditions: texts of the network's initial values for each run; the file has those
            of the first run, and its range of time.

    Returns: what `discovery.json` keeps of it: the equations, and the problem of each run.
    """
    from equations.equation import Equation
    from equations.equation_file import to_toml

    terms = [(one["equation"], one["term"]) for one in coefficients]
    texts = format_equations(data.left, terms, [one["value"] for one in coefficients])
    print("\nDiscovered\n" + "\n".join(f"  {text}" for text in texts))
    domains = [dict.fromkeys(data.coordinates, ends) for ends in data.ranges] or [data.domain]
    problems = list(zip(domains, initial_conditions, strict=True))
    equation = Equation(texts, *problems[0])
    (folder / "equation.toml").write_text(to_toml(equation), encoding="utf-8")
    runs = [{"domain": domain, "conditions": conditions} for domain, conditions in problems]
    return {"equations": texts, "problems": runs}


def describe_verdict(text):
    """Return what `config.json` and `discovery.json` keep of a verdict."""
    from training.discovery_verdict import CONVERGED

    return {"converged": text == CONVERGED, "text": text}


def write_discovery(folder, verdict, learned, unknowns, **parts):
    """Write `discovery.json`: the verdict, the equations, and how they were found.

    Args:
        folder: folder of the run.
        verdict: "converged", or why not.
        learned: `training.measurement_fit.Learned`.
        unknowns: names of the unknown functions.
        parts: other parts of the file.
    """
    from runs.config import write_json

    found = {
        "verdict": describe_verdict(verdict),
        "equations": [],
        "coefficients": [],
        "models": [],
        "hint": "",
    }
    errors = dict(zip(unknowns, learned.errors.tolist(), strict=True))
    network = {"error_of_network": learned.error, "errors_of_network": errors}
    write_json(folder / "discovery.json", found | network | parts)

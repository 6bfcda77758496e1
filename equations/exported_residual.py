"""The residuals that a SavedModel exports: computed by `GradientTape`s from the model alone."""

import tensorflow as tf

from equations.residuals import expression_functions
from models.tape import tape_derivative


def exported_residual(system):
    """Return a function from `{coordinate: (n,)}` to the residuals and the derivatives they name.

    With one equation its residual is called "residual", with several "residual_1", "residual_2",
    ... All numbers are float64.

    Args:
        system: `equations.system.System` whose first term has the equations.
    """
    term = system.terms[0]
    functions = expression_functions(term, system.coordinates, system.constant_names)
    names = [f"residual_{number}" for number in range(1, len(functions) + 1)]
    names = names if len(names) > 1 else ["residual"]
    constants = system.read_constants()

    def residual(inputs):
        coordinates = [tf.cast(inputs[name], system.dtype) for name in system.coordinates]
        values = {
            symbol.name: tape_derivative(system.model, coordinates, index, unknown)
            for symbol, unknown, index, _ in term.values
        }
        fixed = [tf.constant(value, system.dtype) for value in constants]
        rows = [function(*coordinates, *values.values(), *fixed) for function in functions]
        answers = dict(zip(names, rows, strict=True)) | values
        return {name: tf.cast(value, "float64") for name, value in answers.items()}

    return residual

"""The residuals that a SavedModel exports: computed by `GradientTape`s from the model alone."""

import tensorflow as tf

from equations.notation import derivative_symbols
from models.tape import tape_derivative
from symbolic.tensor_function import compile_tensor_function


def exported_residual(model, problem, constants):
    """Return a function from `{coordinate: (n,)}` to the residuals and the derivatives they name.

    With one equation its residual is called "residual", with several "residual_1", "residual_2",
    ... All numbers are float64.

    Args:
        model: solution, from `(batch, coordinates)` to `(batch, unknowns)`, in the user's units.
        problem: `equations.problem.Problem` in the same units.
        constants: `{name: value}` of the constants that were found.
    """
    dtype, symbols = model.input.dtype, derivative_symbols(problem)
    arguments = [*problem.coordinates, *(symbol.name for symbol in symbols), *constants]
    functions = [compile_tensor_function(residual, arguments) for residual in problem.residuals]
    names = [f"residual_{number}" for number in range(1, len(functions) + 1)]
    names = names if len(names) > 1 else ["residual"]

    def residual(inputs):
        coordinates = [tf.cast(inputs[name], dtype) for name in problem.coordinates]
        values = {
            symbol.name: tape_derivative(
                model, coordinates, derivative.orders, problem.unknowns.index(derivative.unknown)
            )
            for symbol, derivative in symbols.items()
        }
        fixed = [
            tf.fill(tf.shape(coordinates[0]), tf.constant(c, dtype)) for c in constants.values()
        ]
        rows = [function(*coordinates, *values.values(), *fixed) for function in functions]
        answers = dict(zip(names, rows, strict=True)) | values
        return {name: tf.cast(value, "float64") for name, value in answers.items()}

    return residual

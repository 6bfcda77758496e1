"""Residuals and misfits that a SavedModel exports: `GradientTape`s compute them from the model."""

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


def exported_conditions(model, problem, constants):
    """Return a function from `{coordinate: (n,)}` to the misfit of each condition.

    The misfit is the left minus the right side, in the units of the text. The coordinates that a
    condition fixes have no influence on its misfit, which is called "condition_1", "condition_2",
    ... All numbers are float64.

    Args: see `exported_residual`.
    """
    dtype = model.input.dtype

    def misfit(condition, coordinates):
        def compute_value(value):
            at = [
                tf.fill(tf.shape(x), tf.constant(value.place[name], dtype))
                if name in value.place
                else x
                for name, x in zip(problem.coordinates, coordinates, strict=True)
            ]
            orders, unknown = value.derivative.orders, value.derivative.unknown
            return tape_derivative(model, at, orders, problem.unknowns.index(unknown))

        names = [*problem.coordinates, *(v.symbol.name for v in condition.values), *constants]
        function = compile_tensor_function(condition.expression, names)
        shape = tf.shape(coordinates[0])
        fixed = [tf.fill(shape, tf.constant(number, dtype)) for number in constants.values()]
        values = map(compute_value, condition.values)
        return tf.cast(function(*coordinates, *values, *fixed), "float64")

    def conditions(inputs):
        coordinates = [tf.cast(inputs[name], dtype) for name in problem.coordinates]
        return {
            f"condition_{number}": misfit(condition, coordinates)
            for number, condition in enumerate(problem.conditions, 1)
        }

    return conditions

"""The optimisers of a differential equation: which, for how long, on which part of the time."""

FEW_WEIGHTS, SOME_WEIGHTS = 3000, 8000  # for Levenberg-Marquardt and for Broyden
LARGEST_JACOBIAN = 2**28  # numbers; a step takes several seconds then
WINDOW_EPOCHS, WINDOW_LOSS = 100, 1e-7  # a time window is done at this part of the first loss
# Steps of an optimiser per epoch; one of Adam's stands for a hundred.
STEPS = {"levenberg-marquardt": 5, "broyden": 100, "lbfgs": 100, "adam": 2}
ADAM_STEPS = 100 * STEPS["adam"]


def choose_phases(options, weights, residuals, windows):
    """Return the optimisers of an equation, one after another.

    Args:
        options: `tasks.equation_options.PinnOptions`.
        weights: number of weights.
        residuals: number of residuals.
        windows: number of time windows.

    Returns: a list of `training.equation_loop.Phase`.
    """
    from training.adam import Adam
    from training.equation_loop import Phase
    from training.levenberg_marquardt import LevenbergMarquardt
    from training.quasi_newton import LBFGS, SelfScaledBroyden

    kind = options.optimizer
    if kind == "auto":
        small = weights <= FEW_WEIGHTS and weights * residuals <= LARGEST_JACOBIAN
        large = "broyden" if weights <= SOME_WEIGHTS else "lbfgs"
        kind = "levenberg-marquardt" if small else large
    adam = Adam(weights, options.learning_rate, dtype=options.precision)
    if kind == "adam":
        return [Phase(adam, options.epochs, STEPS[kind], options.resample)]
    optimiser = {
        "levenberg-marquardt": LevenbergMarquardt,
        "broyden": lambda: SelfScaledBroyden(weights),
        "lbfgs": lambda: LBFGS(weights),
    }[kind]()
    settings = STEPS[kind], options.resample, options.adaptive_weights
    marching = [
        Phase(optimiser, WINDOW_EPOCHS, *settings, number / windows, WINDOW_LOSS)
        for number in range(1, windows)
    ]
    warm_up = []
    if options.adam_steps:
        epochs = -(-options.adam_steps // ADAM_STEPS)
        warm_up = [Phase(adam, epochs, STEPS["adam"], options.resample)]
    return [*warm_up, *marching, Phase(optimiser, options.epochs, *settings)]

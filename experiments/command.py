"""From the words of a command to an experiment, and from an experiment to its `config.json` and back."""

import dataclasses
import inspect

from errors import UserError, nearest
from experiments import catalogue


def parse(arguments):
    """Return `(name, experiment)` for the words behind `python train.py`."""
    import tyro

    name, *options = arguments
    default = {}
    if name == "--config":
        name, default, options = from_config(options)
    experiment = catalogue.find(name)
    return name, tyro.cli(
        experiment,
        args=options,
        default=experiment(**default),
        prog=f"train.py {name}",
        description=inspect.getdoc(inspect.getmodule(experiment)),
        config=(tyro.conf.FlagCreatePairsOff,),
    )


def from_config(options):
    from training.run import read_config

    if not options:
        raise UserError("--config wants a file: python train.py --config saved_models/NAME/config.json")
    config = read_config(options[0])
    restore(config)  # says what does not fit before the options are looked at
    return config["experiment"], tupled(config["options"]), options[1:]


def restore(config):
    """The experiment a `config.json` describes."""
    experiment = catalogue.find(config["experiment"])
    known = {field.name for field in dataclasses.fields(experiment)}
    for option in config["options"]:
        if option not in known:
            raise UserError(f"config.json has an option {option!r} unknown to {config['experiment']}.{nearest(option, known)}")
    return experiment(**tupled(config["options"]))


def tupled(options):
    """JSON knows lists only; frozen options are tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}


def options_of(experiment):
    """Every option, resolved, as `config.json` keeps them: all that a repetition of the run needs."""
    return {key: value for key, value in dataclasses.asdict(experiment).items() if key != "overwrite"}

"""Train an experiment and export it: `python train.py` lists them, `python train.py NAME --help` teaches the options."""

import math
import sys

from errors import Diverged, told


def main(arguments):
    from experiments import catalogue, command

    if not arguments or arguments in (["--help"], ["-h"]):
        print(catalogue.listing())
        return
    name, experiment = command.parse(arguments)
    run(name, experiment)


def run(name, experiment):
    """Get the data, build, fit, export: the path of every supervised experiment. Returns the run's folder."""
    from experiments.command import options_of
    from training.device import describe_device, quiet, versions
    from training.run import FORMAT, check_name, shown, write_json, writing

    folder = check_name(experiment.name or name, experiment.overwrite)
    experiment.check()
    with quiet():
        import keras
    from models.heads import complete
    from training.export import export
    from training.fit import divergence, fit

    dataset = experiment.load()
    print(dataset.summary())
    print(f"device      {describe_device()}\n")

    keras.utils.set_random_seed(experiment.seed)
    encoder = experiment.encoder(dataset)  # named raw columns -> what the network takes
    network = experiment.network(dataset, encoder.output.shape[1:])
    network.summary()

    train, validation = experiment.examples(encoder, dataset)
    trusted_start = experiment.start(network, train, dataset)
    with writing(folder) as partial:
        history = fit(
            network,
            train,
            validation,
            loss=experiment.loss(dataset),
            metrics=experiment.metrics(dataset),
            callbacks=experiment.callbacks(partial),
            epochs=experiment.epochs,
            batch_size=experiment.batch_size,
            learning_rate=experiment.learning_rate,
            loop=experiment.loop,
            trusted_start=trusted_start,
        )
        network = experiment.answering(network, dataset)
        model = complete(encoder, network, dataset.targets)  # raw values in, the user's units out
        export(model, dataset.columns, dataset.targets, partial, experiment.endpoints(encoder, network))
        config = {
            "format": FORMAT,
            "experiment": name,
            "options": options_of(experiment),
            "data": dataset.description(),
            "training": {"epochs": len(history["loss"]), "device": describe_device()},
            "versions": versions(),
        }
        write_json(partial / "config.json", config)

    if not math.isfinite(history["loss"][-1]):
        raise Diverged(f"{divergence(history)}. The best weights before it are in {shown(folder)}")
    print(f"The run is in {shown(folder)}. Score and draw it:  python evaluate.py {shown(folder)}")
    return folder


if __name__ == "__main__":
    with told("train.py", interrupted="; nothing was exported"):
        main(sys.argv[1:])

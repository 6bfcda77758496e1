"""Train an experiment and export it: `python train.py` lists them, `python train.py NAME --help` teaches the options."""

import sys

from errors import UserError


def main(arguments):
    from experiments import catalogue, command

    if not arguments or arguments in (["--help"], ["-h"]):
        print(catalogue.listing())
        return
    name, experiment = command.parse(arguments)
    train(name, experiment)


def train(name, experiment):
    """Get the data, build, fit, export: the path of every supervised experiment. Returns the run's folder."""
    from experiments.command import options_of
    from training.device import describe_device, quiet, versions
    from training.run import FORMAT, check_name, shown, write_json, writing

    run = check_name(experiment.name or name, experiment.overwrite)
    with quiet():
        import keras
    from models.heads import complete
    from training.export import export
    from training.fit import encoded, fit
    from training.losses import metrics

    dataset = experiment.load()
    print(dataset.summary())
    print(f"device      {describe_device()}\n")

    keras.utils.set_random_seed(experiment.seed)
    encoder = experiment.encoder(dataset)  # named raw columns -> what the network takes
    network = experiment.network(dataset, encoder.output.shape[1:])
    network.summary()

    with writing(run) as folder:
        history = fit(
            network,
            encoded(encoder, dataset.columns, dataset.targets, dataset.train),
            encoded(encoder, dataset.columns, dataset.targets, dataset.validation),
            loss=experiment.loss(dataset),
            metrics=metrics(dataset.targets),
            callbacks=experiment.callbacks(folder),
            epochs=experiment.epochs,
            batch_size=experiment.batch_size,
            learning_rate=experiment.learning_rate,
            weights=experiment.row_weights(dataset),
        )
        model = complete(encoder, network, dataset.targets)  # raw values in, the user's units out
        export(model, dataset.columns, dataset.targets, folder, experiment.endpoints(encoder, network))
        config = {
            "format": FORMAT,
            "experiment": name,
            "options": options_of(experiment),
            "data": dataset.description(),
            "training": {"epochs": len(history["loss"]), "device": describe_device()},
            "versions": versions(),
        }
        write_json(folder / "config.json", config)

    best = min(history["val_loss"])
    print(f"\nBest validation loss {best:.4g} in epoch {history['val_loss'].index(best) + 1} of {len(history['loss'])}.")
    print(f"The run is in {shown(run)}. Score and draw it:  python evaluate.py {shown(run)}")
    return run


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except UserError as error:
        print(f"train.py: {error}", file=sys.stderr)
        sys.exit(2)

"""Train an experiment and export it: `python train.py` lists them, `python train.py NAME --help` teaches the options."""

import sys

from errors import Diverged, told


def main(arguments):
    from experiments import catalogue, command

    if not arguments or arguments in (["--help"], ["-h"]):
        print(catalogue.listing())
    elif arguments[0] == "--resume":
        name, experiment = command.interrupted(arguments[1:])
        run(name, experiment, resume=True)
    else:
        run(*command.parse(arguments))


def run(name, experiment, resume=False):
    """Train and export beside the run's place, then move the whole there. Returns the run's folder."""
    from training.distribution import is_chief
    from training.run import place_of, shown, writing

    experiment.check()
    experiment = experiment.resolved()
    folder = place_of(experiment.name or name)
    with writing(folder, experiment.overwrite, resume, is_chief()) as partial:
        path = {"data": train, "equation": solve, "study": study}[experiment.kind]
        trouble = path(name, experiment, partial)

    if trouble:
        raise Diverged(f"{trouble}. The best weights before it are in {shown(folder)}")
    print(f"The run is in {shown(folder)}. Score and draw it:  python evaluate.py {shown(folder)}")
    return folder


def train(name, experiment, folder):
    """Get the data, build, fit, export: the path of every supervised experiment. Returns what went wrong, or ""."""
    from experiments.command import options_of
    from training.device import describe_device, quiet, seeded, versions
    from training.distribution import is_chief, strategy_for
    from training.run import FORMAT, note, write_history

    note(folder, format=FORMAT, experiment=name, options=options_of(experiment))
    with quiet():
        strategy = strategy_for(experiment.devices)
    from models.heads import complete
    from training.export import export
    from training.fit import divergence, fit
    from training.snapshots import Snapshots

    dataset = experiment.load()
    note(folder, data=dataset.description())
    print(dataset.summary())
    print(f"device      {describe_device()}\n")

    seeded(experiment.seed, experiment.deterministic)
    encoder = experiment.encoder(dataset)  # named raw columns -> what the network takes
    network = experiment.network(dataset, encoder.output.shape[1:])
    network.summary()

    train, validation = experiment.examples(encoder, dataset)
    trusted_start = experiment.start(network, train, dataset)
    history = fit(
        network,
        train,
        validation,
        loss=experiment.loss(dataset),
        metrics=experiment.metrics(dataset),
        callbacks=experiment.callbacks(folder),
        epochs=experiment.epochs,
        batch_size=experiment.batch_size,
        learning_rate=experiment.learning_rate,
        loop=experiment.loop,
        strategy=strategy,
        trusted_start=trusted_start,
        snapshots=Snapshots(folder, experiment.snapshot_seconds, writes=is_chief()),
    )
    if is_chief():  # of several machines that trained together, one writes
        network = experiment.answering(network, dataset)
        model = complete(encoder, network, dataset.targets)  # raw values in, the user's units out
        export(
            model, dataset.columns, dataset.targets, folder, experiment.endpoints(encoder, network)
        )
        write_history(folder, history)
        note(
            folder,
            training={"epochs": len(history["loss"]), "device": describe_device()},
            versions=versions(),
        )
    return divergence(history)


def solve(name, experiment, folder):
    """Read the equation, build, lower its residuals, export: the path of every differential equation. Returns as `train`."""
    from experiments.command import options_of
    from training.device import describe_device, quiet, seeded, versions
    from training.run import FORMAT, note, write_history, write_points

    note(folder, format=FORMAT, experiment=name, options=options_of(experiment))
    with quiet():
        from training.equation_fit import fit_equation
    from equations.description import description, summary
    from equations.file import to_toml
    from equations.trial import trial
    from models.pinn import named
    from training.export import export_solution
    from training.snapshots import Snapshots

    problem = experiment.problem()
    (folder / "equation.toml").write_text(to_toml(experiment.words()), encoding="utf-8")
    built_in = trial(problem, experiment.build_in, 1 / experiment.parts_of_time())
    note(folder, data=description(problem, built_in))
    print(summary(problem, built_in))
    print(f"device      {describe_device()}\n")

    seeded(experiment.seed, experiment.deterministic)
    network = experiment.network(problem, built_in)
    network.summary()
    weights = network.count_params() + len(problem.constants)
    terms = experiment.terms(problem, built_in, weights)
    rows = sum(region.count * len(term.names) for term, region in terms)
    solved = fit_equation(
        network,
        problem,
        built_in,
        terms,
        experiment.phases(weights, rows),
        callbacks=experiment.callbacks(folder),
        seed=experiment.seed,
        snapshots=Snapshots(folder, experiment.snapshot_seconds),
    )
    solution = named(network, problem.coordinates, problem.unknowns)
    export_solution(solution, solved.system.residual(), problem.coordinates, folder)
    write_history(folder, solved.history)
    write_points(folder, problem.coordinates, solved.points)
    training = {
        "epochs": len(solved.history["loss"]),
        "device": describe_device(),
        "compile seconds": solved.compile_seconds,
    }
    note(folder, training=training, versions=versions())
    note(folder, constants=solved.constants)
    return solved.trouble


def study(name, experiment, folder):
    """Compute what a topic shows, export it: the path of what is not the training of one network. Returns as `train`."""
    from experiments.command import options_of
    from training.device import describe_device, quiet, seeded, versions
    from training.run import FORMAT, note, write_history

    note(folder, format=FORMAT, experiment=name, options=options_of(experiment))
    with quiet():
        from training.export import write

    seeded(experiment.seed, experiment.deterministic)
    found = experiment.study(folder)
    note(folder, data=found.description())
    write(found.model, found.functions, found.signature, folder)
    write_history(folder, found.history)
    training = {"epochs": len(next(iter(found.history.values()), [])), "device": describe_device()}
    note(folder, training=training, versions=versions())
    return found.trouble


if __name__ == "__main__":
    with told(
        "train.py", unfinished="; --resume saved_models/NAME goes on with what was trained so far"
    ):
        main(sys.argv[1:])

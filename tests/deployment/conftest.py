"""Runs to convert: built and exported, but not trained."""

import numpy as np
import pandas as pd
import pytest

from runs.config import FORMAT
from runs.run import Run, begin_run
from tasks.command import options_of, parse_experiment


@pytest.fixture(scope="session")
def tables(tmp_path_factory):
    """Paths of small data files by name."""
    folder, random = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    size = random.normal(5.0, 2.0, 200)
    colour = random.choice(["red", "blue", "grün"], 200)
    seen = pd.date_range("2020-01-01", periods=200, freq="D").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"petal size (cm)": size, "colour": colour, "seen": seen})
    frame["kind"] = np.where(size + (colour == "red") > 5, "A", "B")
    frame.loc[::7, "petal size (cm)"] = np.nan
    frame.to_csv(folder / "mixed.csv", index=False)
    frame.drop(columns="seen").to_csv(folder / "colours.csv", index=False)
    plane = pd.DataFrame(random.normal(size=(200, 2)), columns=["a", "b"])
    plane["y [m]"] = plane.a * plane.b
    plane.to_csv(folder / "plane.csv", index=False)
    pictures = random.integers(0, 256, (90, 8, 8, 3), dtype="uint8")
    np.savez(folder / "pictures.npz", x=pictures, y=np.arange(90) % 3)
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture(scope="session")
def make_run(tables, tmp_path_factory):
    """Function of the words of a command to a `Run` with untrained weights, made once."""
    made = {}

    def make(*words):
        words = tuple(str(tables.get(word, word)) for word in words)
        if words not in made:
            made[words] = build_run(words, tmp_path_factory.mktemp("saved_models"))
        return made[words]

    return make


def build_run(words, folder):
    name, experiment = parse_experiment([*words])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        with begin_run(name) as run:
            data = experiment.load()
            run.update(format=FORMAT, experiment=name, options=options_of(experiment))
            training = {"epochs": 0, "device": "CPU", "ending": ""}
            run.update(data=data.description(), training=training, versions={})
            run.write({"loss": []}, experiment.export(build_network(experiment, data), data))
    return Run(folder / name)


def build_network(experiment, data):
    """Return the network as it is after the fit: of an ensemble, the members' average; of rows of
    graphs, the network of their union."""
    from models.ensemble import average
    from models.input_names import make_input_names

    model = experiment.build(data)
    if model.name != "ensemble":
        return getattr(model, "network", model)
    names = make_input_names(data.targets)
    heads = {name: target.head for name, target in zip(names, data.targets, strict=True)}
    return average(model, heads)

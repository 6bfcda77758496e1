"""A run: one training of an experiment, a folder under `saved_models/`."""

import contextlib
import functools
import importlib
import json
from pathlib import Path

import numpy as np
import pandas as pd

from datasets.table_file import read_table
from errors import UserError
from runs.config import FINISHED, UNFINISHED, read_config, update_config
from runs.folder import SNAPSHOT, lock_contents, run_folder, write_folder
from runs.packages import FPGA, check_packages
from runs.workers import is_chief

# Modules with layers of their own, which Keras finds only once they are imported.
LAYERS = (
    *(
        "models.attention",
        "models.autoencoder",
        "models.columns",
        "models.couplings",
        "models.diffusion",
        "models.flow",
        "models.fourier",
        "models.gan",
        "models.graph_rows",
        "models.language",
        "models.message_passing",
        "models.mixture",
        "models.operator_networks",
        "models.particles",
        "models.pinn",
        "models.projection",
        "models.select_run",
        "models.sequence_layers",
        "models.spiking",
        "models.vae",
    ),
    *("equations.trial_solution", "symbolic.formula_layer"),
)


class Run:
    """A run on disk, during its training and afterwards.

    Args:
        folder: folder of the run, or its `config.json`.
        further_callbacks: Keras callbacks that its fit has besides the usual ones.
    """

    def __init__(self, folder, further_callbacks=()):
        self.further_callbacks = further_callbacks
        path = Path(folder).resolve()
        is_config = path.is_file() and path.name == "config.json"
        self.folder = path.parent if is_config else path
        self.snapshot = self.folder / SNAPSHOT

    # While it is written

    def update(self, **parts):
        """Add parts to `config.json`; of several machines that train together one writes."""
        if is_chief():
            update_config(self.folder, **parts)

    @property
    def progress(self):
        """Content of `config.json` so far."""
        return read_config(self.folder, UNFINISHED)

    def write_table(self, name, columns, **options):
        """Write `NAME.csv`, given a dict of columns or a `pandas.DataFrame`."""
        pd.DataFrame(columns).to_csv(self.folder / f"{name}.csv", index=False, **options)

    def write(self, history, export):
        """Write the history and the SavedModel, and describe its endpoints in `config.json`.

        Args:
            history: `{column: values}`, a row an epoch.
            export: `runs.endpoint.Export`.
        """
        from runs.endpoint import describe_endpoints
        from runs.layers import describe_layers
        from runs.saved_model import write_saved_model

        write_saved_model(export.model, export.endpoints, self.folder, export.encoder)
        pd.DataFrame(history).to_csv(self.folder / "history.csv", index_label="epoch")
        self.update(**describe_endpoints(export.endpoints), network=describe_layers(export.model))

    # When it is complete

    @functools.cached_property
    def config(self):
        """Content of `config.json`."""
        return read_config(self.folder, FINISHED)

    @functools.cached_property
    def metrics(self):
        """Content of `metrics.json`; None if the run has not been evaluated."""
        try:
            return json.loads((self.folder / "metrics.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise UserError(
                f"{self.folder}/metrics.json is damaged ({error}). Evaluate the run again"
            ) from None

    @functools.cached_property
    def saved_model(self):
        """The SavedModel, loaded by TensorFlow."""
        from runs.saved_model import load_saved_model

        return load_saved_model(self.folder)

    @functools.cached_property
    def network(self):
        """The Keras model of `model.keras`."""
        import keras

        for module in LAYERS:
            importlib.import_module(module)
        imports = self.config.get("network", {}).get("imports", ())
        if any(module.startswith("hgq.") for module in imports):
            check_packages(("hgq",), "the network of this run", FPGA)
            importlib.import_module("hgq.layers")
        return keras.models.load_model(self.folder / "model.keras", safe_mode=True)

    @property
    def inner_network(self):
        """The Keras model without the layers for raw values around it; None if there is no single
        one."""
        import keras

        whole = self.network
        inner = next((layer for layer in whole.layers if layer.name == whole.name), None)
        return inner if isinstance(inner, keras.Model) else None

    def predict(self, inputs, endpoint="serve"):
        """Call an endpoint of the SavedModel: `{input: (rows, ...)}` to `{output: (rows, ...)}`.

        Inputs may be left out if they have a default, which all rows then share.
        """
        from runs.saved_model import predict

        described = self.config["inputs"], self.config["endpoints"][endpoint]
        columns = [described[0][name] for name in described[1]]
        shared = [column["name"] for column in columns if not column.get("per_row", True)]
        by_row = [x for name, x in inputs.items() if name not in shared]
        usual = {c["name"]: c["default"] for c in columns if c.get("default") is not None}
        usual = {
            name: value if name in shared else np.full(len(by_row[0]), value)
            for name, value in usual.items()
            if name not in inputs
        }
        return predict(self.saved_model, usual | inputs, endpoint, shared=shared)

    @functools.cached_property
    def history(self):
        """`{column: list}` of `history.csv`."""
        return self.read_table("history").to_dict("list")

    @functools.cached_property
    def frames(self):
        """What the network answered while it learned, a `runs.frames.Frames`; None if the topic
        keeps none."""
        from runs.frames import FILE, read_frames

        return read_frames(self.folder / FILE)

    def read_table(self, name):
        """Read `NAME.csv` as a `pandas.DataFrame`."""
        return read_table(self.folder / f"{name}.csv")

    def inputs(self, endpoint="serve"):
        """Return the descriptions of an endpoint's inputs, a list of `datasets.dataset.Column`.

        Raises: UserError if `config.json` does not describe the SavedModel.
        """
        from datasets.dataset import Column
        from runs.saved_model import read_signature

        try:
            names = self.config["endpoints"][endpoint]
            columns = [Column(**self.config["inputs"][name]) for name in names]
        except (KeyError, TypeError, AttributeError) as error:
            raise UserError(
                f"the run's config.json is damaged ({error}). Train it again with --overwrite"
            ) from None
        if {column.name for column in columns} != set(read_signature(self.saved_model, endpoint)):
            raise UserError(
                "the run's config.json describes other inputs than its SavedModel has. "
                "Train it again with --overwrite"
            )
        return columns

    def lock(self):
        """Hold an exclusive lock on a finished run."""
        return lock_contents(self.folder)


@contextlib.contextmanager
def begin_run(name, overwrite=False, resume=False):
    """Yield a `Run` to be written; it is moved to its place at the end.

    Args:
        name: name of the run.
        overwrite: replace a run, or an interrupted training, of this name.
        resume: continue the interrupted training.
    """
    with write_folder(run_folder(name), overwrite, resume) as folder:
        yield Run(folder)

"""Operators: functions in, functions out, on any grid; training, endpoints and rollouts."""

import functools
from dataclasses import dataclass
from typing import ClassVar

from tasks.training import BatchTraining


@dataclass(frozen=True)
class OperatorTraining(BatchTraining):
    """Pairs of functions; a topic defines `load`, `build_network`, and the options `model`,
    `grid`, `symmetries` and `rollout_steps`."""

    is_scheduled: ClassVar = True

    def find_problem(self):
        """Return the `tasks.operator_data.Problem` that makes the data; None for a file."""
        raise NotImplementedError

    def build_network(self, shape, data):
        """Build a network between scaled functions on the grid of the training.

        Args:
            shape: shape of the input functions with their channels.
            data: `datasets.dataset.Dataset` of functions.
        """
        raise NotImplementedError

    def training_shape(self, data):
        """Return the grid on which the network sees functions.

        On a coarser grid than that of the data, periodic functions lose the modes that it does not
        have; others are averages of input functions, and values of output functions.
        """
        domain, other = data.context["inputs"], data.context["outputs"]
        if not domain.axes or domain.shape != other.shape:
            return domain.shape
        grid = self.grid or self.usual_grid(domain.periodic)
        return tuple(min(grid or points, points) for points in domain.shape)

    def usual_grid(self, periodic):
        """Return the points in each direction that `grid` = 0 takes; 0 for all of the data."""
        raise NotImplementedError

    def build(self, data):
        from models.operator_networks import add_scales

        shape = (*self.training_shape(data), len(data.columns))
        return add_scales(self.build_network(shape, data), data.columns, data.targets)

    def encode(self, split, data):
        """Return inputs and outputs as the network takes them: `(functions, *grid, channels)`."""
        import numpy as np

        from models.resampling import average, resample

        shape = self.training_shape(data)
        domains = data.context["inputs"], data.context["outputs"]

        def stack(values, domain, coarsen):
            x = [np.reshape(v, (len(v), *(1,) * len(domain.shape))) if v.ndim == 1 else v
                 for v in values.values()]  # fmt: skip
            x = [np.broadcast_to(v, (len(v), *domain.shape)) for v in x]
            x = np.stack(x, axis=-1).astype("float32")
            is_coarser = domain.shape == domains[0].shape != shape
            return transform_rows(x, coarsen) if is_coarser else x

        periodic = domains[0].periodic
        pick = functools.partial(resample, shape=shape, periodic=periodic)
        reduce = pick if periodic else functools.partial(average, shape=shape)
        x = stack(split.inputs, domains[0], reduce)
        return x, stack(split.targets, domains[1], pick)

    def training_arrays(self, data):
        import numpy as np

        train, validation = self.encode(data.train, data), self.encode(data.validation, data)
        train[1][round(self.labelled * len(train[1])) :] = np.nan  # not known
        if names := self.list_symmetries():
            from datasets.symmetries import add_symmetric

            pair = train[0][..., 0], train[1][..., 0]
            options = self.find_problem().duration, self.symmetries, self.split_seed
            train = tuple(x[..., None] for x in add_symmetric(*pair, names, *options))
        return tuple(self.shape_outputs(*pair) for pair in (train, validation))

    def find_output_points(self, data):
        """Return the points of the outputs in the training, scaled from 0 to 1."""
        import numpy as np

        from datasets.functions import make_grid

        domain, shape = data.context["outputs"], self.training_shape(data)
        points = domain.scale(domain.points)
        if domain.axes and domain.shape == data.context["inputs"].shape != shape:
            axes = [np.linspace(0, 1, count, endpoint=not domain.periodic) for count in shape]
            points = make_grid(*axes).points
        if self.has_time():
            points = np.concatenate([points, np.ones((len(points), 1))], axis=1)
        return points.astype("float32")

    def has_time(self):
        """Whether the time is a coordinate of the network, which learns the equation then."""
        return bool(self.physics and self.find_problem().duration)

    def shape_outputs(self, x, y):
        """Return a pair with the outputs in a row, as networks of points answer."""
        return x, y.reshape(len(y), -1, y.shape[-1]) if self.answers_points() else y

    def answers_points(self):
        """Whether the network answers `(batch, points, outputs)` instead of on a grid."""
        return self.network_kind() in ("deeponet", "pod-deeponet")

    def compile(self, model, data):
        import keras

        from training.losses import relative_l2

        rows = data.train.rows * (1 + self.symmetries * bool(self.list_symmetries()))
        model.compile(keras.optimizers.Adam(self.cosine_decay(rows)), relative_l2)

    @functools.cache  # noqa: B019  an experiment lives as long as its command
    def list_symmetries(self):
        """Return the names of the symmetries that training functions are changed by."""
        from tasks.operator_data import find_symmetries

        problem = self.find_problem()
        if not problem or not self.symmetries:
            return ()
        names = problem.symmetries or find_symmetries(problem, self.time_steps)
        # A moving frame would add a mean.
        return tuple(name for name in names if not (name == "boost" and problem.mean_free))

    def fit(self, model, data, run):
        run.update(functions=self.describe_functions(data))
        if names := self.list_symmetries():
            print(
                f"symmetries  {', '.join(names)}: the functions are added {self.symmetries} times"
            )
        if self.physics:
            return super().fit(self.inform(model, data), data, run)._replace(model=model)
        fit = super().fit(model, data, run)
        if self.answers_points():
            before, after = self.fit_last_layer(model, *self.training_arrays(data), "end")
            if after < before:
                run.update(finished_loss=after)
        return fit

    def inform(self, model, data):
        """Return the model that trains an operator by its equation too."""
        from equations.equation import Equation
        from training.physics_operator import PhysicsInformed

        problem = self.find_problem()
        ends = {"x": (0, 1)} | ({"t": (0, problem.duration)} if problem.duration else {})
        inputs = {problem.names[0]: 1.0}
        text = Equation([problem.equation], ends, problem.list_conditions(), unknown=inputs)
        sensors = self.find_output_points(data)[:, 0]
        return PhysicsInformed(model, text.problem(), sensors, self.physics)

    def warm_start(self, model, train, validation, data):
        """Begin with the least squares of the last layer, whose features are still random."""
        if self.network_kind() == "pod-deeponet":
            self.compile(model, data)
            self.fit_last_layer(model, train, validation, "start")
        return 0.0

    def fit_last_layer(self, model, train, validation, when):
        """Fit it, and return the validation loss before and after."""
        from models.operator_endpoints import find_network
        from training.last_layer import fit_last_layer

        losses = fit_last_layer(model, find_network(model), train, validation)
        print(f"{when:<11} least squares of the last layer: validation loss {losses[0]:.3g} to "
              f"{losses[1]:.3g}")  # fmt: skip
        return losses

    def describe_functions(self, data):
        """Return what `config.json` keeps for the reader of further functions."""
        return {
            name: {"shape": domain.shape, "periodic": domain.periodic, "is_grid": bool(domain.axes)}
            for name, domain in data.context.items()
        }

    def is_stepper(self, data):
        """Whether the output can be the next input."""
        problem = self.find_problem()
        return bool(problem and problem.duration)

    def export(self, model, data):
        """Export the answers on the grid of the inputs and at any points, and rollouts."""
        from datasets.dataset import Column
        from models.operator_endpoints import make_answers
        from runs.endpoint import Endpoint, Export

        problem = self.find_problem()
        serve, at_points, rollout = make_answers(
            model,
            [column.name for column in data.columns],
            [target.name for target in data.targets],
            data.context,
            self.training_shape(data),
            self.network_kind() == "fno",
            (problem.duration,) if self.has_time() else (),
        )
        dimension = data.context["outputs"].points.shape[1] + self.has_time()
        points = Column("points", shape=(None, dimension), per_row=False)
        endpoints = {"serve": Endpoint(serve, data.columns)}
        if at_points:
            endpoints["at_points"] = Endpoint(at_points, (*data.columns, points))
        if self.is_stepper(data):
            steps = Column("steps", dtype="int32", per_row=False)
            endpoints["rollout"] = Endpoint(rollout, (*data.columns, steps))
        return Export(model, endpoints)

    def baselines(self, data):
        from evaluation.operator_baselines import fit_operator_baselines

        return fit_operator_baselines(data, self.make_simulation())

    def make_simulation(self):
        """Return the `tasks.operator_data.Simulation` of the problem; None for a file."""
        from tasks.operator_data import make_simulation

        problem = self.find_problem()
        return make_simulation(problem, self.time_steps) if problem else None

    def evaluate(self, run, data):
        from evaluation.operators import evaluate_operator
        from tasks.supervised import check_unchanged

        check_unchanged(run, data)
        simulation, steps = self.make_simulation(), self.rollout_steps
        steps = steps if self.is_stepper(data) else 0
        return evaluate_operator(run, data, self.baselines(data), simulation, steps)


def transform_rows(x, transform, rows_at_once=256):
    """Return functions `(functions, *grid, channels)` on a different grid, a part at a time."""
    import numpy as np

    parts = [x[start : start + rows_at_once] for start in range(0, len(x), rows_at_once)]
    return np.concatenate([np.asarray(transform(part)) for part in parts])

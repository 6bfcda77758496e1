"""Motion of bodies: accelerations that are fitted to trajectories, and leapfrog around them."""

from dataclasses import dataclass
from typing import ClassVar

from tasks.training import BatchTraining

MOST_PAIRS = 2**20  # of bodies, whose forces validation computes at once


@dataclass(frozen=True)
class MotionTraining(BatchTraining):
    """States of bodies in, the next states out; a topic defines `build_network`, and the options
    that `load` reads."""

    is_scheduled: ClassVar = True

    def load(self):
        from datasets.trajectories import load_motion

        simulation = self.law, self.trajectories, self.bodies, self.step, self.steps
        return load_motion(self.data, *simulation, self.split_seed)

    def find_law(self):
        """Return the law that moved the bodies; None if it is not known."""
        from datasets.bodies import LAWS

        return None if self.data else LAWS[self.law]

    @property
    def formula(self):
        """The force that moved the bodies; "" if it is not known."""
        law = self.find_law()
        return law.force if law else ""

    def find_function(self, data):
        """Return pairs of bodies, of which the endpoint `force` has the force."""
        from datasets.trajectories import list_pairs

        return list_pairs(data), "force"

    def build_network(self, dimensions, sizes):
        """Build a network of accelerations as those of `models.interaction`.

        Args:
            dimensions: dimensions of space.
            sizes: typical values, see `datasets.trajectories.find_sizes`.
        """
        raise NotImplementedError

    def build(self, data):
        from datasets.trajectories import find_sizes
        from models.interaction import mean_acceleration

        sizes = find_sizes(data)
        network = self.build_network(data.columns[0].shape[-1], sizes)
        return mean_acceleration(network, sizes["acceleration"])

    def training_arrays(self, data):
        """Rows are steps: the positions before and after, and the mean acceleration. Validation
        takes as many steps as fit into memory at once."""
        import tensorflow as tf

        from datasets.trajectories import find_sizes, list_steps

        size = find_sizes(data)["acceleration"]

        def encode(split):
            before, after, acceleration, properties = list_steps(split, data.context["step"])
            return {"before": before, "after": after} | properties, acceleration / size

        validation = encode(data.validation)
        steps, bodies, _ = validation[1].shape
        stride = -(-steps * bodies**2 // MOST_PAIRS)
        return encode(data.train), tf.nest.map_structure(lambda x: x[::stride], validation)

    def compile(self, model, data):
        import keras

        trajectories, times = data.train.inputs["positions"].shape[:2]
        rate = self.cosine_decay(trajectories * (times - 1))
        # Muon turns the step of a matrix so that all of its singular values are alike, which fits
        # a smooth function of few numbers several times as closely as Adam.
        muon = keras.optimizers.Muon(rate, exclude_layers=["force"], weight_decay=0.0)
        model.compile(muon, "mean_squared_error")

    def fit(self, model, data, run):
        run.update(motion=data.context)
        fit = super().fit(model, data, run)
        return fit._replace(model=fit.model.get_layer("accelerations"))

    def export(self, model, data):
        """Export the next state, all states of a rollout, the forces, and the force of a pair."""
        import tensorflow as tf

        from datasets.bodies import leapfrog, name_pair
        from datasets.dataset import Column
        from datasets.trajectories import list_properties
        from runs.endpoint import Endpoint, Export

        properties, time_step = list_properties(data.train), data.context["step"]
        dimensions = data.columns[0].shape[-1]

        def accelerate(inputs, positions):
            return model({"positions": positions} | {name: inputs[name] for name in properties})

        def advance(inputs, positions, velocities):
            return leapfrog(lambda x: accelerate(inputs, x), positions, velocities, time_step)

        def step(inputs):
            state = advance(inputs, inputs["positions"], inputs["velocities"])
            return dict(zip(("positions", "velocities"), state, strict=True))

        def rollout(inputs):
            states = [inputs["positions"], inputs["velocities"]]
            steps = inputs["steps"]
            arrays = [tf.TensorArray(x.dtype, steps + 1).write(0, x) for x in states]

            def body(number, states, arrays):
                states = advance(inputs, *states)
                write = zip(arrays, states, strict=True)
                return number + 1, states, [array.write(number + 1, x) for array, x in write]

            _, _, arrays = tf.while_loop(
                lambda number, *_: number < steps, body, (0, tuple(states), arrays)
            )
            states = [tf.experimental.numpy.moveaxis(a.stack(), 0, 1) for a in arrays]
            return dict(zip(("positions", "velocities"), states, strict=True))

        def forces(inputs):
            acceleration = accelerate(inputs, inputs["positions"])
            mass = inputs["mass"][..., None] if "mass" in properties else 1.0
            return {"forces": mass * acceleration, "accelerations": acceleration}

        def force(inputs):
            """Put the second body on the first axis, where its force is positive if they repel."""
            second = inputs["distance"][:, None] * tf.one_hot(0, dimensions, dtype="float64")
            pair = {name: tf.stack([inputs[f"{name}_1"], inputs[f"{name}_2"]], axis=1)
                    for name in properties}  # fmt: skip
            pair["positions"] = tf.stack([tf.zeros_like(second), second], axis=1)
            return {"force": forces(pair)["forces"][:, 1, 0]}

        state = data.columns
        steps = Column("steps", dtype="int32", per_row=False)
        still = tuple(column for column in state if column.name != "velocities")
        numbers = tuple(Column(name, dtype="float64") for name in name_pair(properties))
        endpoints = {
            "serve": Endpoint(step, state),
            "step": Endpoint(step, state),
            "rollout": Endpoint(rollout, (*state, steps)),
            "forces": Endpoint(forces, still),
            "force": Endpoint(force, numbers),
        }
        return Export(model, endpoints)

    def baselines(self, data):
        from evaluation.motion_baselines import fit_motion_baselines

        return fit_motion_baselines(data, self.find_law())

    def evaluate(self, run, data):
        from evaluation.motion import evaluate_motion
        from tasks.supervised import check_unchanged

        check_unchanged(run, data)
        return evaluate_motion(run, data, self.baselines(data), self.find_law(), self.split_seed)

"""Spiking networks: leaky integrate-and-fire neurons, trained through a surrogate gradient."""

import math

import keras
import tensorflow as tf
from keras import layers, ops

from models.heads import head
from models.pixels import preprocess_pixels

SHARPNESS = 2.0  # of the surrogate gradient
DECAY = 0.8  # of the potentials at the start of the training
LARGE = 16  # pixels of a side
MOMENTUM = 0.9  # of the moving averages of batch normalisation


@tf.custom_gradient
def fire(excess):
    """Return 1 where the potential is at or above the threshold, else 0.

    The derivative of this step is 0 almost everywhere. In its place the backward pass takes the
    derivative of arctan(pi / 2 * a * x) / pi + 1 / 2 with the sharpness a.

    Args:
        excess: potential minus threshold.

    Source: Fang et al., arXiv:2007.05785; Neftci, Mostafa and Zenke, arXiv:1901.09948.
    """

    def backward(gradient):
        slope = SHARPNESS / 2 / (1 + tf.square(math.pi / 2 * SHARPNESS * excess))
        return gradient * slope

    return tf.cast(excess >= 0, excess.dtype), backward


@keras.saving.register_keras_serializable(package="spiking")
class LeakyIntegrateAndFire(layers.Layer):
    """Leaky integrate-and-fire neurons with the threshold 1.

    At each step t, for the current I(t), the decay b and the spike S(t),

        U(t) = b V(t - 1) + I(t)        S(t) = 1 if U(t) >= 1, else 0
        V(t) = U(t) - S(t)              (`reset="subtract"`), or
        V(t) = U(t) (1 - S(t))          (`reset="zero"`)

    with V(0) = 0: the reset acts in the same step, after the spike. A layer learns one decay, in
    (0, 1).

    Args:
        reset: "subtract" keeps what exceeds the threshold, "zero" forgets it.
        decay: decay at the start.
        sparsity: weight of the mean rate of the spikes in the loss.

    Input shape: `(batch, steps, ...)`: currents.
    Output shape: the same: spikes, 0 or 1.
    """

    def __init__(self, reset="subtract", decay=DECAY, sparsity=0.0, **kwargs):
        super().__init__(**kwargs)
        self.reset, self.decay, self.sparsity = reset, decay, sparsity

    def build(self, shape):
        start = keras.initializers.Constant(float(ops.log(self.decay / (1 - self.decay))))
        self.decay_logit = self.add_weight((), start, name="decay_logit")

    def call(self, currents):
        spikes, _ = self.run(currents)
        if self.sparsity:
            self.add_loss(self.sparsity * ops.mean(spikes))
        return spikes

    def run(self, currents):
        """Return `(spikes, potentials U before the reset)`, both shaped as the currents."""
        decay = ops.sigmoid(self.decay_logit)
        kept, spikes, potentials = 0.0, [], []
        for current in ops.unstack(currents, axis=1):
            potential = decay * kept + current
            spike = fire(potential - 1.0)
            # The gradient through the reset itself only makes the training noisy.
            fired = ops.stop_gradient(spike)
            is_subtracted = self.reset == "subtract"
            kept = potential - fired if is_subtracted else potential * (1 - fired)
            spikes.append(spike)
            potentials.append(potential)
        return ops.stack(spikes, axis=1), ops.stack(potentials, axis=1)

    def compute_output_shape(self, shape):
        return shape

    def get_config(self):
        own = {"reset": self.reset, "decay": self.decay, "sparsity": self.sparsity}
        return {**super().get_config(), **own}


def spiking_classifier(
    input_shape, num_classes, filters=(16, 32), units=64, steps=8, reset="subtract", sparsity=0.0,
    dropout=0.0, max_pixel=255.0, augment=0.0, spiking=True,
):  # fmt: skip
    """Convolutions and a dense layer of spiking neurons, or the same network with ReLU.

    The picture is the constant input current of the first layer (direct coding). The last layer has
    no threshold and no leak: its potential at the end, divided by the steps, is the mean current,
    which a softmax turns into probabilities.

    Args:
        input_shape: (height, width, channels) of a picture.
        num_classes: number of classes; two classes get a sigmoid instead of a softmax.
        filters: channels of each convolution; each halves height and width, but the first one only
            if the picture has 16 pixels or more; () for a dense network.
        units: neurons of the dense layer.
        steps: steps of time.
        reset, sparsity: see `LeakyIntegrateAndFire`.
        dropout: fraction of the rates dropped before the last layer.
        max_pixel, augment: arguments of `models.pixels.preprocess_pixels`.
        spiking: False for ReLU in place of the neurons, and without time.

    Input shape: `(batch, height, width, channels)`.
    Output shape: `(batch, num_classes)`, each row sums to 1; with two classes `(batch, 1)`.

    Source: Neftci, Mostafa and Zenke, arXiv:1901.09948; direct coding and batch normalisation
    before the neurons as in Zheng et al., arXiv:2011.05280.
    """
    inputs = keras.Input(input_shape, name="image")
    x = preprocess_pixels(inputs, max_pixel, augment)
    large = min(input_shape[:2]) >= LARGE
    has_time = False
    for number in range(len(filters) + 1):
        if number < len(filters):
            strides = 2 if number or large else 1
            x = layers.Conv2D(
                filters[number],
                3,
                strides,
                padding="same",
                use_bias=False,
                name=f"synapses_{number + 1}",
            )(x)
        else:
            x = layers.Flatten()(x)
            x = layers.Dense(units, use_bias=False, name=f"synapses_{number + 1}")(x)
        x = layers.BatchNormalization(momentum=MOMENTUM)(x)
        if not spiking:
            x = layers.Activation("relu", name=f"relu_{number + 1}")(x)
            continue
        shape = x.shape[1:]
        if has_time:
            x = ops.reshape(x, (-1, steps, *shape))
        else:  # the current of the picture is the same at all steps
            x = ops.repeat(ops.expand_dims(x, 1), steps, axis=1)  # (batch, steps, ...)
        x = LeakyIntegrateAndFire(reset, sparsity=sparsity, name=f"neurons_{number + 1}")(x)
        has_time = True
        x = ops.reshape(x, (-1, *shape))  # (batch * steps, ...)
    if spiking:
        x = ops.mean(ops.reshape(x, (-1, steps, units)), axis=1)  # rates, (batch, units)
    x = layers.Dropout(dropout)(x)
    kind = "softmax" if num_classes > 2 else "sigmoid"
    outputs = head(x, kind, num_classes, name="probabilities")
    return keras.Model(inputs, outputs, name="spiking" if spiking else "relu")


def trace_neurons(network):
    """Return a function from pictures to `(spikes, potentials)` of every layer of neurons.

    Both are dictionaries, `{layer: (batch, steps, ...)}`; potentials are those before the reset.
    """
    neurons = [one for one in network.layers if isinstance(one, LeakyIntegrateAndFire)]
    currents = keras.Model(network.input, {one.name: one.input for one in neurons})

    def trace(x):
        given = currents(x, training=False)
        found = {one.name: one.run(given[one.name]) for one in neurons}
        return tuple({name: both[k] for name, both in found.items()} for k in range(2))

    return trace


def count_operations(network, steps):
    """Return a function from pictures to what their answers cost, `(batch,)` each.

    It answers `{"multiply_adds": ..., "synaptic_operations": ...}`, and for neurons the number of
    their `spikes`. A spike adds a weight to the potential of each neuron that it reaches: a
    synaptic operation. Numbers must be multiplied as well; the synaptic operations of a network
    with ReLU are the multiply-adds whose input is not 0.

    Args:
        network: from `spiking_classifier`.
        steps: its steps of time; 0 for ReLU.
    """
    synapses = [one for one in network.layers if one.name.startswith("synapses_")]
    synapses.append(network.get_layer("probabilities"))
    inputs_of = keras.Model(network.input, [one.input for one in synapses])
    fan_outs = [count_fan_out(one) for one in synapses]
    total = sum(float(tf.reduce_sum(one)) for one in fan_outs)
    first = float(tf.reduce_sum(fan_outs[0]))  # the picture has numbers at every pixel

    def count(x):
        values = inputs_of(x, training=False)[1:]
        batch = tf.shape(x)[0]
        if steps:  # the last layer sees rates, spikes divided by the steps
            active = [*values[:-1], values[-1] * steps]
        else:
            active = [tf.cast(x > 0, x.dtype) for x in values]

        def add_up(x):
            return tf.reduce_sum(tf.reshape(x, (batch, -1)), axis=1)

        operations = [add_up(x * one) for x, one in zip(active, fan_outs[1:], strict=True)]
        cost = {
            "multiply_adds": tf.fill((batch,), first if steps else total),
            "synaptic_operations": tf.add_n(operations) + (0.0 if steps else first),
        }
        return cost | ({"spikes": tf.add_n(list(map(add_up, active)))} if steps else {})

    return count


def count_fan_out(layer):
    """Return the number of connections that each input of a layer has, shaped as one row."""
    if isinstance(layer, layers.Dense):
        return tf.fill(layer.input.shape[1:], float(layer.units))
    x = tf.ones((1, *layer.input.shape[1:]))
    ones = tf.ones(layer.kernel.shape)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.nn.conv2d(x, ones, layer.strides, layer.padding.upper()))
    return tape.gradient(y, x)[0]

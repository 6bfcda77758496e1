// A dense network with one sigmoid output, and the optimisers that train it, as Keras computes them.
//
// The tests compare weights after some steps with Keras' own.

// For each activation the function, and its derivative given the output.
export const ACTIVATIONS = {
  tanh: [Math.tanh, (y) => 1 - y * y],
  relu: [(x) => Math.max(0, x), (y) => (y > 0 ? 1 : 0)],
  logistic: [(x) => 1 / (1 + Math.exp(-x)), (y) => y * (1 - y)],
  identity: [(x) => x, () => 1],
};

// Random numbers from 0 to 1, the same ones for the same seed.
export function makeRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

// A network with weights that are uniform in Glorot's interval, and biases of zero. `kernels` have
// the shape (inputs, units), row by row.
export function makeNetwork(features, hidden, activation, random) {
  const sizes = [features, ...hidden, 1];
  const kernels = [];
  const biases = [];
  for (let k = 1; k < sizes.length; k++) {
    const [inputs, units] = [sizes[k - 1], sizes[k]];
    const limit = Math.sqrt(6 / (inputs + units));
    kernels.push(Float64Array.from({ length: inputs * units }, () => limit * (2 * random() - 1)));
    biases.push(new Float64Array(units));
  }
  return { sizes, activation, kernels, biases };
}

// The outputs of each layer, the features first: arrays of (rows, units).
export function forward({ sizes, activation, kernels, biases }, x, rows) {
  const outputs = [x];
  kernels.forEach((kernel, k) => {
    const [inputs, units] = [sizes[k], sizes[k + 1]];
    const isLast = k === kernels.length - 1;
    const [activate] = ACTIVATIONS[isLast ? "logistic" : activation];
    const before = outputs[k];
    const after = new Float64Array(rows * units);
    for (let row = 0; row < rows; row++) {
      for (let unit = 0; unit < units; unit++) {
        let sum = biases[k][unit];
        for (let i = 0; i < inputs; i++) sum += before[row * inputs + i] * kernel[i * units + unit];
        after[row * units + unit] = activate(sum);
      }
    }
    outputs.push(after);
  });
  return outputs;
}

// The derivatives of the mean cross-entropy of a batch, plus l2 times the sum of the squared
// weights of the hidden layers, as `dense_classifier` has it.
export function backward(network, x, labels, l2) {
  const { sizes, activation, kernels, biases } = network;
  const rows = labels.length;
  const outputs = forward(network, x, rows);
  const [, slope] = ACTIVATIONS[activation];
  const last = kernels.length - 1;
  let delta = outputs[last + 1].map((p, row) => (p - labels[row]) / rows); // (rows, units)
  const gradients = { kernels: [], biases: [] };
  for (let k = last; k >= 0; k--) {
    const [inputs, units] = [sizes[k], sizes[k + 1]];
    const decay = k < last ? 2 * l2 : 0;
    const kernel = kernels[k].map((weight) => decay * weight);
    const bias = new Float64Array(biases[k].length);
    const below = new Float64Array(rows * inputs);
    for (let row = 0; row < rows; row++) {
      for (let unit = 0; unit < units; unit++) {
        const d = delta[row * units + unit];
        bias[unit] += d;
        for (let i = 0; i < inputs; i++) {
          kernel[i * units + unit] += outputs[k][row * inputs + i] * d;
          below[row * inputs + i] += kernels[k][i * units + unit] * d;
        }
      }
    }
    gradients.kernels.unshift(kernel);
    gradients.biases.unshift(bias);
    if (k) delta = below.map((sum, at) => sum * slope(outputs[k][at]));
  }
  return gradients;
}

// An optimiser: a function of a network and its gradients that changes the weights.
export function makeOptimiser(kind) {
  const states = new Map(); // of each array of weights
  let steps = 0;
  return (network, gradients, rate) => {
    steps += 1;
    const adam = (rate * Math.sqrt(1 - 0.999 ** steps)) / (1 - 0.9 ** steps);
    for (const part of ["kernels", "biases"]) {
      network[part].forEach((weights, k) => {
        const gradient = gradients[part][k];
        if (!states.has(weights)) states.set(weights, [0, 1].map(() => weights.map(() => 0)));
        const [first, second] = states.get(weights);
        for (let i = 0; i < weights.length; i++) {
          const slope = gradient[i];
          if (kind === "sgd") weights[i] -= rate * slope;
          else if (kind === "momentum") {
            first[i] = 0.9 * first[i] - rate * slope;
            weights[i] += first[i];
          } else {
            first[i] += (slope - first[i]) * 0.1;
            second[i] += (slope * slope - second[i]) * 0.001;
            weights[i] -= (adam * first[i]) / (Math.sqrt(second[i]) + 1e-7);
          }
        }
      });
    }
  };
}

// Mean cross-entropy and share of right answers.
export function score(network, x, labels) {
  const p = forward(network, x, labels.length).at(-1);
  let [loss, right] = [0, 0];
  labels.forEach((label, row) => {
    const share = Math.min(1 - 1e-7, Math.max(1e-7, label ? p[row] : 1 - p[row]));
    loss -= Math.log(share);
    right += p[row] > 0.5 === label > 0.5;
  });
  return { loss: loss / labels.length, right: right / labels.length };
}

// A Keras network in plain JavaScript. Numbers are float64; weights come as float32 or float64.
//
// A tensor is {shape, data}: the rows' numbers or texts, one after the other. A model is what
// Keras writes into its config: layers, each with the nodes that say what it is called with.

"use strict";

const size = (shape) => shape.reduce((a, b) => a * b, 1);
const tensor = (shape, data) => ({ shape, data });
const toTensor = (x) => (x instanceof Object ? x : tensor([], [x]));

function decodeWeights({ shape, dtype, base64 }) {
  const text = atob(base64);
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const kind = dtype === "float64" ? Float64Array : Float32Array;
  return tensor(shape, new kind(bytes.buffer));
}

// Elementwise functions, with NumPy's broadcasting.
function map(f, ...tensors) {
  const xs = tensors.map(toTensor);
  const rank = Math.max(...xs.map((x) => x.shape.length));
  const shapes = xs.map((x) => [...Array(rank - x.shape.length).fill(1), ...x.shape]);
  const shape = [...Array(rank).keys()].map((axis) =>
    shapes.reduce((length, s) => (s[axis] === 1 ? length : s[axis]), 1));
  const [first, second, ...others] = xs.map((x, i) => reader(x, shapes[i], shape));
  const data = new Array(size(shape));
  for (let k = 0; k < data.length; k++) {
    data[k] = second ? f(first(k), second(k), ...others.map((read) => read(k))) : f(first(k));
  }
  return tensor(shape, data);
}

// Return what reads the k-th number of the result from a tensor that is broadcast to its shape.
function reader({ data }, from, shape) {
  const start = from.findIndex((length) => length !== 1);
  if (start < 0) return () => data[0];
  if (from.slice(start).every((length, i) => length === shape[start + i])) {
    return (k) => data[k % data.length];
  }
  return (k) => {
    let place = 0;
    for (let axis = shape.length - 1, stride = 1; axis >= 0; axis--) {
      const index = k % shape[axis];
      k = (k - index) / shape[axis];
      if (from[axis] !== 1) place += index * stride;
      stride *= from[axis];
    }
    return data[place];
  };
}

// View a tensor as (before, length, after) around an axis.
function around(x, axis) {
  const place = axis < 0 ? axis + x.shape.length : axis;
  const [before, after] = [x.shape.slice(0, place), x.shape.slice(place + 1)];
  return { before, length: x.shape[place], after, inner: size(after) };
}

// Replace the numbers along an axis by f of them; an empty shape removes the axis.
function along(x, axis, f, keep = false) {
  const { before, length, after, inner } = around(x, axis);
  const outer = size(before);
  const results = [];
  for (let a = 0; a < outer; a++) {
    for (let b = 0; b < inner; b++) {
      const line = Array(length);
      for (let k = 0; k < length; k++) line[k] = x.data[(a * length + k) * inner + b];
      results.push(f(line));
    }
  }
  if (!Array.isArray(results[0])) {
    return tensor([...before, ...(keep ? [1] : []), ...after], results);
  }
  const longer = results[0].length;
  const data = new Array(outer * longer * inner);
  results.forEach((line, number) => {
    const [a, b] = [Math.floor(number / inner), number % inner];
    for (let k = 0; k < longer; k++) data[(a * longer + k) * inner + b] = line[k];
  });
  return tensor([...before, longer, ...after], data);
}

function concatenate(xs, axis) {
  const parts = xs.map((x) => around(x, axis));
  const { before, after, inner } = parts[0];
  const data = [];
  for (let a = 0; a < size(before); a++) {
    xs.forEach((x, i) => {
      const width = parts[i].length * inner;
      for (let k = a * width; k < (a + 1) * width; k++) data.push(x.data[k]);
    });
  }
  const length = parts.reduce((total, part) => total + part.length, 0);
  return tensor([...before, length, ...after], data);
}

function expandDims(x, axis) {
  const shape = [...x.shape];
  shape.splice(axis < 0 ? axis + shape.length + 1 : axis, 0, 1);
  return tensor(shape, x.data);
}

function dense(x, kernel, bias) {
  const [inputs, units] = kernel.shape;
  const rows = size(x.shape) / inputs;
  const data = new Float64Array(rows * units);
  for (let row = 0; row < rows; row++) {
    const y = data.subarray(row * units, (row + 1) * units);
    if (bias) y.set(bias.data);
    for (let i = 0; i < inputs; i++) {
      const value = x.data[row * inputs + i];
      if (value !== 0) for (let j = 0; j < units; j++) y[j] += value * kernel.data[i * units + j];
    }
  }
  return tensor([...x.shape.slice(0, -1), units], data);
}

// Call visit(row, place of the answer, [places in x, offsets in the window]) for every window.
function slide(x, [high, wide], [down, right], padding, visit) {
  const [rows, height, width, channels] = x.shape;
  const count = (length, window, step) =>
    padding === "same" ? Math.ceil(length / step) : Math.floor((length - window) / step) + 1;
  const [tall, broad] = [count(height, high, down), count(width, wide, right)];
  const margin = (length, window, step, answers) =>
    padding === "same" ? Math.floor(Math.max((answers - 1) * step + window - length, 0) / 2) : 0;
  const [top, left] = [margin(height, high, down, tall), margin(width, wide, right, broad)];
  for (let row = 0, answer = 0; row < rows; row++) {
    for (let i = 0; i < tall; i++) {
      for (let j = 0; j < broad; j++, answer++) {
        const window = [];
        for (let a = 0; a < high; a++) {
          for (let b = 0; b < wide; b++) {
            const [y, z] = [i * down - top + a, j * right - left + b];
            if (y >= 0 && y < height && z >= 0 && z < width) {
              window.push([((row * height + y) * width + z) * channels, a * wide + b]);
            }
          }
        }
        visit(answer, window);
      }
    }
  }
  return [rows, tall, broad];
}

function convolve(x, { kernel_size, strides, padding }, kernel, bias) {
  const [channels, filters] = kernel.shape.slice(2);
  const data = [];
  const shape = slide(x, kernel_size, strides, padding, (answer, window) => {
    const y = bias ? Float64Array.from(bias.data) : new Float64Array(filters);
    for (const [place, offset] of window) {
      for (let c = 0; c < channels; c++) {
        const value = x.data[place + c];
        const start = (offset * channels + c) * filters;
        if (value !== 0) for (let f = 0; f < filters; f++) y[f] += value * kernel.data[start + f];
      }
    }
    for (const value of y) data.push(value);
  });
  return tensor([...shape, filters], data);
}

function pool(x, { pool_size, strides, padding }, f) {
  const channels = x.shape[3];
  const data = [];
  const shape = slide(x, pool_size, strides, padding, (answer, window) => {
    for (let c = 0; c < channels; c++) data.push(f(window.map(([place]) => x.data[place + c])));
  });
  return tensor([...shape, channels], data);
}

const sum = (line) => line.reduce((a, b) => a + b, 0);
const mean = (line) => sum(line) / line.length;
const largest = (line) => line.reduce((a, b) => Math.max(a, b));

function softmax(line) {
  const highest = largest(line);
  const powers = line.map((x) => Math.exp(x - highest));
  const total = sum(powers);
  return powers.map((x) => x / total);
}

function normalise(x, gamma, beta, centre, variance, epsilon) {
  return map((v, g, b, m, s) => (g * (v - m)) / Math.sqrt(s + epsilon) + b,
    x, gamma ?? 1, beta ?? 0, centre, variance);
}

function erf(x) { // by its series, and far out by its continued fraction
  const z = Math.abs(x);
  if (z < 3) {
    let [term, total] = [z, z];
    for (let n = 1; n < 60; n++) total += (term *= -z * z / n) / (2 * n + 1);
    return Math.sign(x) * total * 2 / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (z + fraction);
  return Math.sign(x) * (1 - Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + fraction));
}

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  leaky_relu: (x) => (x > 0 ? x : 0.2 * x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => 1.05070098735548 * (x > 0 ? x : 1.67326324235437 * Math.expm1(x)),
  gelu: (x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  silu: (x) => x / (1 + Math.exp(-x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  tanh: Math.tanh,
  sin: Math.sin,
};

function activate(x, name) {
  return name === "softmax" ? along(x, -1, softmax) : map(ACTIVATIONS[name], x);
}

const CASTS = { float64: Number, float32: Math.fround, int32: Math.trunc, bool: Boolean };

// What each kind of layer and operation answers, given its config, weights and arguments.
const LAYERS = {
  Activation: (c, w, x) => activate(x, c.activation),
  Add: (c, w, ...xs) => xs.flat().reduce((a, b) => map((x, y) => x + y, a, b)),
  Arctan: (c, w, x) => map(Math.atan, x),
  AveragePooling2D: (c, w, x) => pool(x, c, mean),
  BatchNormalization: (c, w, x) => {
    const [gamma, beta] = [c.scale && w[0], c.center && w[c.scale ? 1 : 0]];
    return normalise(x, gamma || 1, beta || 0, ...w.slice(-2), c.epsilon);
  },
  Cast: (c, w, x) => map(CASTS[c.dtype], x),
  Concatenate: (c, w, xs) => concatenate(xs, c.axis),
  Conv2D: (c, w, x) => activate(convolve(x, c, ...w), c.activation),
  DateFeatures: (c, w, x) =>
    along(expandDims(x, -1), -1, ([text]) => describeDate(text, c.mean, c.std)),
  Dense: (c, w, x) => activate(dense(x, ...w), c.activation),
  Divide: (c, w, a, b) => map((x, y) => x / y, a, b),
  Dropout: (c, w, x) => x,
  ELU: (c, w, x) => activate(x, "elu"),
  Embedding: (c, [table], x) =>
    along(expandDims(x, -1), -1, ([k]) => [
      ...table.data.slice(k * c.output_dim, (k + 1) * c.output_dim),
    ]),
  ExpandDims: (c, w, x) => expandDims(x, c.axis),
  Flatten: (c, w, x) => tensor([x.shape[0], size(x.shape.slice(1))], x.data),
  Functional: (c, w, x) => runModel(c, x),
  GaussianNoise: (c, w, x) => x,
  GetItem: (c, w, x, key) => getItem(x, key),
  GlobalAveragePooling2D: (c, w, x) => along(along(x, 1, mean), 1, mean),
  GlobalMaxPooling2D: (c, w, x) => along(along(x, 1, largest), 1, largest),
  Greater: (c, w, a, b) => map((x, y) => x > y, a, b),
  Identity: (c, w, x) => x,
  Isnan: (c, w, x) => map(Number.isNaN, x),
  LayerNormalization: (c, w, x) => {
    const centre = along(x, -1, mean, true);
    const squares = map((v, m) => (v - m) ** 2, x, centre);
    const [gamma, beta] = [c.scale && w[0], c.center && w[c.scale ? 1 : 0]];
    return normalise(x, gamma || 1, beta || 0, centre, along(squares, -1, mean, true), c.epsilon);
  },
  LeakyReLU: (c, w, x) => map((v) => (v > 0 ? v : c.negative_slope * v), x),
  Less: (c, w, a, b) => map((x, y) => x < y, a, b),
  Max: (c, w, x) => along(x, c.axis, largest, c.keepdims),
  MaxPooling2D: (c, w, x) => pool(x, c, largest),
  Mean: (c, w, x) => along(x, c.axis, mean, c.keepdims),
  Multiply: (c, w, ...xs) => xs.flat().reduce((a, b) => map((x, y) => x * y, a, b)),
  Normalization: (c, [centre, variance], x) =>
    map((v, m, s) => (v - m) / Math.max(Math.sqrt(s), 1e-7), x, centre, variance),
  PReLU: (c, [alpha], x) => map((v, a) => (v > 0 ? v : a * v), x, alpha),
  RandomRotation: (c, w, x) => x,
  RandomTranslation: (c, w, x) => x,
  ReLU: (c, w, x) => activate(x, "relu"),
  Rescaling: (c, w, x) => map((v) => v * c.scale + c.offset, x),
  Reshape: (c, w, x) => tensor([x.shape[0], ...c.target_shape], x.data),
  Softmax: (c, w, x) => activate(x, "softmax"),
  Sqrt: (c, w, x) => map(Math.sqrt, x),
  Square: (c, w, x) => map((v) => v * v, x),
  Stack: (c, w, xs) => concatenate(xs.map((x) => expandDims(x, c.axis)), c.axis),
  StringLookup: (c, w, x) =>
    along(x, -1, ([text]) => ["", ...c.vocabulary].map((word, k) =>
      Number(k ? word === text : !c.vocabulary.includes(text)))),
  Subtract: (c, w, ...xs) => map((x, y) => x - y, ...xs.flat()),
  Sum: (c, w, x) => along(x, c.axis, sum, c.keepdims),
  Take: (c, w, x, places) => along(x, c.axis, (line) => [places].flat().map((k) => line[k])),
  Where: (c, w, condition, a, b) => map((is, x, y) => (is ? x : y), condition, a, b),
};

function getItem(x, key) { // x[:, 1, None], x[:, :2]: numbers, null, or slices {start, stop}
  let axis = 0;
  for (const part of [key].flat()) {
    if (part === null) {
      x = expandDims(x, axis);
      axis += 1;
    } else if (typeof part === "number") {
      x = along(x, axis, (line) => line.at(part));
    } else {
      x = along(x, axis, (line) => line.slice(part.start ?? 0, part.stop ?? line.length));
      axis += 1;
    }
  }
  return x;
}

function describeDate(text, centre, spread) { // as models.columns.DateFeatures
  if (!text) return [0, 0, 0, 0, 0, 0, 0, 1];
  const [year, month, day, ...time] = text.match(/\d+/g).map(Number);
  const [hour, minute, second] = [...time, 0, 0, 0];
  const days = Date.UTC(year, month - 1, day) / 86400000;
  const hours = hour + minute / 60 + second / 3600;
  const ofWeek = (((days % 7) + 7) % 7) / 7;
  const circles = [(month - 1) / 12 + (day - 1) / 372, ofWeek, hours / 24].flatMap((fraction) =>
    [Math.sin(2 * Math.PI * fraction), Math.cos(2 * Math.PI * fraction)]);
  return [(days + hours / 24 - centre) / spread, ...circles, 0];
}

// Run a model: inputs is a tensor, or tensors by the names of a dictionary; so is the answer.
function runModel(model, inputs) {
  const layers = Object.fromEntries(model.layers.map((layer) => [layer.name, layer]));
  const values = {};
  const find = ([name, node, index]) => {
    const key = `${name} ${node}`;
    if (!(key in values)) {
      const layer = layers[name];
      layer.decoded ??= layer.weights.map(decodeWeights);
      const given = layer.nodes[node].map(resolve);
      values[key] = LAYERS[layer.kind](layer.config, layer.decoded, ...given);
    }
    return index ? values[key][index] : values[key];
  };
  const resolve = (x) => {
    if (Array.isArray(x)) return x.map(resolve);
    if (x?.from) return find(x.from);
    return x?.array ? tensor(x.shape, x.array) : x;
  };
  const { single } = model.inputs;
  const given = single ? { [single[0]]: inputs } : inputs;
  const places = single ? { [single[0]]: single } : model.inputs;
  for (const [name, [layer]] of Object.entries(places)) values[`${layer} 0`] = given[name];
  if (model.outputs.single) return find(model.outputs.single);
  return Object.fromEntries(Object.entries(model.outputs).map(([name, at]) => [name, find(at)]));
}

// Answer rows {input: [values]}: {target: {labels, probabilities} or {values, std}}.
function answerRows(page, rows) {
  const inputs = {};
  for (const column of page.columns) {
    const values = rows[column.name].flat(Infinity).map((x) => x ?? NaN);
    inputs[column.input] = tensor([rows[column.name].length, ...column.shape], values);
  }
  const outputs = runModel(page.network, inputs);
  const answers = {};
  for (const target of page.targets) {
    const { shape, data } = outputs[target.name];
    const width = size(shape.slice(1));
    const lines = [...Array(shape[0]).keys()].map((k) =>
      [...data.slice(k * width, (k + 1) * width)]);
    if (target.classes.length) {
      const weights = target.decision_weights;
      const favoured = lines.map((line) => line.map((p, k) => p * (weights[k] ?? 1)));
      const labels = favoured.map((line) => target.classes[line.indexOf(largest(line))]);
      answers[target.name] = { labels, probabilities: lines };
    } else {
      const several = width > 1 && !target.probabilistic;
      answers[target.name] = { values: lines.map((line) => (several ? line : line[0])) };
      if (target.probabilistic) answers[target.name].std = lines.map((line) => line[1]);
    }
  }
  return answers;
}

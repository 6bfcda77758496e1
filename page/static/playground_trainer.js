// The state of the playground: settings, points, the network, and how it has learned so far.

import { drawPoints, encode } from "./playground_data.js";
import { backward, makeNetwork, makeOptimiser, makeRandom, score } from "./playground_network.js";

const MOST_POINTS = 400; // of the loss curve; then every other one is left out

export const DEFAULTS = {
  data: "circles", noise: 0.05, features: ["x₁", "x₂"], hidden: [4, 2], activation: "tanh",
  optimiser: "adam", rate: 0.03, batch: 10, l2: 0, seed: 1,
};

export class Trainer {
  constructor(settings = DEFAULTS) {
    this.settings = { ...settings };
    this.drawData();
  }

  drawData() {
    const { data, noise, seed } = this.settings;
    this.points = drawPoints(data, noise, makeRandom(1000 + seed));
    this.reset();
  }

  // New weights.
  reset() {
    const { features, hidden, activation, seed } = this.settings;
    this.random = makeRandom(seed);
    this.train = encode(this.points.train, features);
    this.validation = encode(this.points.validation, features);
    this.network = makeNetwork(features.length, hidden, activation, this.random);
    this.optimise = makeOptimiser(this.settings.optimiser);
    Object.assign(this, { epoch: 0, every: 1, history: { epochs: [], train: [], validation: [] } });
    this.measure();
  }

  // One pass over the training points in random order.
  step() {
    const { batch, rate, l2, features } = this.settings;
    const { x, labels } = this.train;
    const order = labels.map((_, k) => k);
    for (let k = order.length - 1; k > 0; k--) {
      const other = Math.floor(this.random() * (k + 1));
      [order[k], order[other]] = [order[other], order[k]];
    }
    for (let start = 0; start < order.length; start += batch) {
      const chosen = order.slice(start, start + batch);
      const rows = Float64Array.from(chosen.flatMap((k) =>
        [...x.subarray(k * features.length, (k + 1) * features.length)]));
      const gradients = backward(this.network, rows, chosen.map((k) => labels[k]), l2);
      this.optimise(this.network, gradients, rate);
    }
    this.epoch += 1;
    if (this.epoch % this.every === 0) this.measure();
  }

  measure() {
    this.scores = {
      train: score(this.network, this.train.x, this.train.labels),
      validation: score(this.network, this.validation.x, this.validation.labels),
    };
    const { history } = this;
    history.epochs.push(this.epoch);
    history.train.push(this.scores.train.loss);
    history.validation.push(this.scores.validation.loss);
    if (history.epochs.length <= MOST_POINTS) return;
    for (const key of Object.keys(history)) history[key] = history[key].filter((_, k) => k % 2 === 0);
    this.every *= 2;
  }
}

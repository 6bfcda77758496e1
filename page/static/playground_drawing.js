// The pictures of the playground: the network with what each unit sees, and the decision surface.

import { CURVES, MAPS } from "./colours.js";
import { colour } from "./dom.js";
import { drawMap } from "./map.js";
import { encode } from "./playground_data.js";
import { forward } from "./playground_network.js";
import { drawPlot, sharpen } from "./plot.js";

export const END = 6;
const CELLS = 50;
const PALE = 0.6; // the surface, below strong points
const [NEGATIVE, POSITIVE] = ["#2166ac", "#b2182b"];
const PALETTE = Uint32Array.from({ length: 256 }, (_, k) => {
  const [red, green, blue] = MAPS.diverging(k / 255);
  return (255 << 24) | (blue << 16) | (green << 8) | red; // little-endian
});
const GRID = Array.from({ length: CELLS * CELLS }, (_, k) => {
  const at = (cell) => END * ((2 * cell + 1) / CELLS - 1);
  return [at(k % CELLS), at(Math.floor(k / CELLS)), 0]; // upwards
});

// What every unit answers on a grid of the plane: the outputs of `forward`.
export function answerOnGrid(network, features) {
  return forward(network, encode(GRID, features).x, GRID.length);
}

// A small picture of one unit, `share` from an output to 0..1.
function paintUnit(outputs, units, unit, share, canvas) {
  canvas.width = canvas.height = CELLS;
  const context = canvas.getContext("2d");
  const image = context.createImageData(CELLS, CELLS);
  const pixels = new Uint32Array(image.data.buffer);
  for (let k = 0; k < pixels.length; k++) {
    const row = (CELLS - 1 - Math.floor(k / CELLS)) * CELLS + (k % CELLS);
    const value = Math.min(1, Math.max(0, share(outputs[row * units + unit])));
    pixels[k] = PALETTE[Math.round(255 * value)];
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

const scratch = globalThis.document?.createElement("canvas");

// Draw all units, and the weights between them as lines: blue is negative, red positive.
export function drawNetwork(canvas, { network, settings }, outputs) {
  const { sizes, kernels } = network;
  const room = Math.max(...sizes);
  const wide = canvas.parentElement.clientWidth;
  const gap = Math.min(16, wide / 40);
  const labels = wide < 500 ? 44 : 56;
  const size = Math.min(46, ((wide - labels) / sizes.length) * 0.55);
  const height = room * (size + gap) + gap;
  const { context, width } = sharpen(canvas, height / wide);
  context.clearRect(0, 0, width, height);
  const place = (layer, unit) => {
    const step = (width - labels - size - 4) / (sizes.length - 1);
    const top = (height - sizes[layer] * (size + gap) + gap) / 2;
    return [labels + step * layer, top + unit * (size + gap)];
  };
  kernels.forEach((kernel, layer) => {
    const units = sizes[layer + 1];
    kernel.forEach((weight, k) => {
      const [x0, y0] = place(layer, Math.floor(k / units));
      const [x1, y1] = place(layer + 1, k % units);
      const middle = (x0 + size + x1) / 2;
      context.beginPath();
      context.moveTo(x0 + size, y0 + size / 2);
      context.bezierCurveTo(middle, y0 + size / 2, middle, y1 + size / 2, x1, y1 + size / 2);
      context.lineWidth = Math.min(8, 0.4 + 2 * Math.abs(weight));
      context.globalAlpha = Math.min(0.9, 0.25 + Math.abs(weight) / 2);
      context.strokeStyle = lineColour(weight);
      context.stroke();
    });
  });
  context.globalAlpha = 1;
  sizes.forEach((units, layer) => {
    for (let unit = 0; unit < units; unit++) {
      const [x, y] = place(layer, unit);
      const isLast = layer === sizes.length - 1;
      const share = isLast ? (p) => p : (value) => (value + 1) / 2;
      context.drawImage(paintUnit(outputs[layer], units, unit, share, scratch), x, y, size, size);
      context.strokeStyle = colour("ink");
      context.lineWidth = 1;
      context.strokeRect(x, y, size, size);
      if (layer) continue;
      context.fillStyle = colour("ink");
      context.textAlign = "right";
      context.textBaseline = "middle";
      context.fillText(settings.features[unit], x - 6, y + size / 2);
    }
  });
}

// The lighter ones on a dark screen.
function lineColour(weight) {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  if (isDark) return weight < 0 ? "#6ab0f0" : "#ff7a6b";
  return weight < 0 ? NEGATIVE : POSITIVE;
}

// Draw the probability of class 1 over the plane, with the points.
export function drawSurface(canvas, { points }, outputs, showValidation) {
  const p = outputs.at(-1);
  const pick = (k) => MAPS.diverging(0.5 + PALE * (p[k] - 0.5));
  const { toX, toY } = drawMap(canvas, {
    pick, count: [CELLS, CELLS], x: [-END, END], y: [-END, END], aspect: 0.95,
    xLabel: "x₁", yLabel: "x₂",
  });
  const context = canvas.getContext("2d");
  const shown = showValidation ? [...points.train, ...points.validation] : points.train;
  shown.forEach(([x, y, label], k) => {
    context.beginPath();
    context.arc(toX(x), toY(y), 3.6, 0, 2 * Math.PI);
    context.fillStyle = label ? POSITIVE : NEGATIVE;
    context.strokeStyle = k < points.train.length ? "#ffffff" : "#000000";
    context.lineWidth = 1.2;
    context.fill();
    context.stroke();
  });
}

// Draw a set of points small, as a choice.
export function drawThumbnail(canvas, points) {
  canvas.width = canvas.height = 72;
  const context = canvas.getContext("2d");
  context.fillStyle = "#f7f7f7";
  context.fillRect(0, 0, 72, 72);
  for (const [x, y, label] of points.slice(0, 160)) {
    context.fillStyle = label ? POSITIVE : NEGATIVE;
    context.fillRect(36 + 5.4 * x - 1.5, 36 - 5.4 * y - 1.5, 3, 3);
  }
}

export function drawLosses(canvas, { epochs, train, validation }) {
  const xs = epochs;
  const [first, second] = CURVES;
  const curves = [
    { xs, ys: train, colour: first }, { xs, ys: validation, colour: second, dash: [6, 4] },
  ];
  const top = Math.max(...train, ...validation) * 1.05 || 1;
  const x = [0, Math.max(1, epochs.at(-1))];
  drawPlot(canvas, { curves, x, y: [0, top], aspect: 0.42, xLabel: "epoch", yLabel: "loss" });
}

// What an endpoint answers for one row, each output in the way that suits its shape.

import { element, label, mark, shown } from "./dom.js";
import { picture } from "./map.js";
import { drawPlot } from "./plot.js";

const MOST_ROWS = 200; // of a table
const MOST_MAPS = 16; // of the channels of a feature map

export const size = (shape) => shape.reduce((a, b) => a * b, 1);

// The k-th row of an array.
export function rowOf({ shape, data }, k = 0) {
  const width = size(shape.slice(1));
  return { shape: shape.slice(1), data: data.slice(k * width, (k + 1) * width) };
}

// Bars for probabilities; the chosen one stands out.
export function bars(classes, shares, chosen) {
  return classes.map((name, k) => {
    const strip = element("i");
    strip.style.width = `${Math.max(0, 100 * shares[k])}%`;
    const cells = [String(name), `${(100 * shares[k]).toFixed(1)} %`].map((textContent) =>
      element("span", { textContent }));
    const className = String(name) === String(chosen) ? "bar chosen" : "bar";
    return element("div", { className }, cells[0], strip, cells[1]);
  });
}

// The answers for the targets of a run: a class with its bars, or a number with its interval.
export function showTargets(run, outputs, k = 0) {
  return (run.data.targets ?? []).filter(({ name }) => name in outputs).map((target) => {
    const answer = outputs[target.name].data[k];
    const parts = [element("div", { className: "note", textContent: label(target) })];
    const shares = outputs[`${target.name}_probabilities`];
    const std = outputs[`${target.name}_std`]?.data[k];
    const unit = target.unit && !shares ? ` ${target.unit}` : "";
    const spread = std === undefined ? "" : ` ± ${shown(1.96 * std)}`;
    const textContent = `${shown(answer)}${spread}${unit}`;
    parts.push(element("div", { className: "answer", textContent }));
    if (spread) parts.push(element("p", { className: "note", textContent: "95 % interval" }));
    if (shares) parts.push(...bars(target.classes, rowOf(shares, k).data, answer));
    return element("div", {}, ...parts);
  });
}

// Any outputs of one row, without those that `showTargets` has shown.
export function showOutputs(run, outputs, largest) {
  const done = new Set((run.data.targets ?? []).flatMap(({ name }) =>
    (name in outputs ? [name, `${name}_probabilities`, `${name}_std`] : [])));
  const plain = (run.data.targets ?? []).every(({ name }) =>
    !(name in outputs) || (outputs[name].shape.length === 1 && outputs[name].shape[0] === 1));
  const rest = Object.entries(outputs).filter(([name]) => !plain || !done.has(name));
  return [...(plain ? showTargets(run, outputs) : []),
    ...rest.map(([name, array]) => showArray(name, array, largest, findClasses(run, array)))];
}

// The classes of a run whose probabilities an array may be, undefined if there are none.
function findClasses(run, { shape, data }) {
  const width = shape.at(-1);
  const sum = [...data].reduce((a, b) => a + b, 0);
  const isOne = shape.length === 2 && shape[0] === 1 && Math.abs(sum - 1) < 1e-3;
  const found = (run.data.targets ?? []).find(({ classes }) => classes.length === width);
  if (!isOne || width < 2 || Math.min(...data) < 0) return undefined;
  return found?.classes ?? [...Array(width).keys()];
}

// One array, of which the first axis is the row if there is only one.
export function showArray(name, array, largest, classes) {
  const one = array.shape[0] === 1 && array.shape.length > 1 ? rowOf(array) : array;
  const { shape, data } = one;
  const box = element("figure");
  const title = element("figcaption", { textContent: name });
  const isNumber = typeof data[0] === "number";
  if (classes) {
    box.append(title, ...bars(classes, data, classes[data.indexOf(Math.max(...data))]));
  } else if (size(shape) === 1) {
    box.append(title, element("div", { className: "answer", textContent: shown(data[0]) }));
  } else if (shape.length === 3 && isNumber && shape[0] > 1 && shape[1] > 1) {
    box.append(title, showMaps(one, largest));
  } else if (shape.length === 2 && isNumber && Math.min(...shape) > 4) {
    box.append(title, picture(one, { map: "viridis", size: 240 }));
  } else if (shape.length === 1 && isNumber && shape[0] > 12) {
    const canvas = element("canvas", { className: "plot" });
    box.append(title, canvas);
    requestAnimationFrame(() =>
      drawPlot(canvas, { curves: [{ xs: [...data.keys()], ys: data }], aspect: 0.35 }));
  } else {
    box.append(title, makeTable(shape, data));
  }
  return box;
}

// A picture, or the channels of a feature map side by side.
function showMaps({ shape, data }, largest) {
  const [height, width, channels] = shape;
  if (channels === 1 || channels === 3) return picture({ shape, data }, { largest, size: 160 });
  const maps = [...Array(Math.min(channels, MOST_MAPS)).keys()].map((c) => {
    const values = Array.from({ length: height * width }, (_, k) => data[k * channels + c]);
    const title = `channel ${c + 1} of ${channels}`;
    return picture({ shape: [height, width, 1], data: values }, { map: "viridis", size: 56, title });
  });
  return element("div", { className: "row" }, ...maps);
}

export function makeTable(shape, data) {
  const isFew = shape.length === 1 && shape[0] <= 12;
  const [rows, columns] = isFew ? [1, shape[0]] : [shape[0], size(shape.slice(1))];
  const kept = [...Array(Math.min(rows, MOST_ROWS)).keys()];
  const table = element("table", {}, element("tbody", {}, ...kept.map((row) =>
    element("tr", {}, ...[...data.slice(row * columns, row * columns + 40)].slice(0, columns)
      .map((x) => element("td", { className: "number", textContent: shown(x) }))))));
  const left = rows > kept.length ? [element("p", { className: "note",
    textContent: `the first ${kept.length} of ${rows} rows` })] : [];
  return mark(element("div", { className: "scroll tall" }, table, ...left), { tabindex: "0" });
}

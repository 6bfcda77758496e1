// The effect of each column: the answer along it, all others held; the same scale for all.

import { CURVES, extent } from "./colours.js";
import { element, label, shown } from "./dom.js";
import { bars } from "./outputs.js";
import { drawPlot } from "./plot.js";

const MOST_CURVES = 12;

// The targets that are among an endpoint's answers.
export const findTargets = (run, outputs) => (run.data.targets ?? []).filter(({ name, classes }) =>
  (classes.length ? `${name}_probabilities` in outputs : name in outputs));

// The curves of an endpoint's answers: [{name, ys, low, high}], ys over all rows; and their ends.
// Of several targets it is the one of this name, or the first.
export function readCurves(run, outputs, name) {
  const targets = findTargets(run, outputs);
  const target = targets.find((one) => one.name === name) ?? targets[0];
  if (target?.classes.length) {
    const { shape: [rows, width], data } = outputs[`${target.name}_probabilities`];
    const curves = target.classes.slice(0, MOST_CURVES).map((word, k) =>
      ({ name: String(word), ys: Array.from({ length: rows }, (_, i) => data[i * width + k]) }));
    return { title: `probability of ${target.name}`, curves, ends: [0, 1], target };
  }
  const numbers = Object.entries(outputs).filter(([key, { shape, data }]) =>
    shape.length === 1 && typeof data[0] === "number" && !key.endsWith("_std"));
  if (!numbers.length) return readColumns(outputs, target?.name);
  const found = target ? numbers.filter(([key]) => key === target.name) : numbers.slice(0, MOST_CURVES);
  const curves = found.map(([key, { data }]) => {
    const std = outputs[`${key}_std`]?.data;
    const band = std && { low: data.map((x, i) => x - 1.96 * std[i]),
      high: data.map((x, i) => x + 1.96 * std[i]) };
    return { name: key, ys: data, ...band };
  });
  const all = curves.flatMap(({ ys, low, high }) => [...ys, ...(low ?? []), ...(high ?? [])]);
  const title = curves.length > 1 ? "" : target ? label(target) : curves[0].name;
  return { title, curves, ends: extent(all), target };
}

// An output with several numbers a row, as that many curves.
function readColumns(outputs, chosen) {
  const several = Object.entries(outputs).filter(([, { shape, data }]) =>
    shape.length === 2 && typeof data[0] === "number");
  const found = several.find(([key]) => key === chosen) ?? several[0];
  if (!found) return { title: "", curves: [], ends: [0, 1] };
  const [title, { shape: [rows, width], data }] = found;
  const curves = [...Array(Math.min(width, MOST_CURVES)).keys()].map((k) =>
    ({ name: `${title} ${k + 1}`, ys: Array.from({ length: rows }, (_, i) => data[i * width + k]) }));
  return { title: "", curves, ends: extent(data) };
}

// Draw a card for each column of `lines`; their rows follow the first one.
export function drawEffects(place, run, outputs, columns, { lines, inputs: row }, target) {
  const { title, curves, ends } = readCurves(run, outputs, target);
  let start = 1;
  const cards = columns.filter(({ name }) => name in lines).map((column) => {
    const rows = [start, start + lines[column.name].length];
    [, start] = rows;
    const part = curves.map((curve) => ({ ...curve, ...cut(curve, rows) }));
    return drawCard(place, column, part, lines[column.name], ends, row[column.name][0]);
  });
  const inside = element("div", { className: "cards" }, ...cards.map(({ card }) => card));
  place.replaceChildren(...(curves.length ? [makeLegend(title, curves)] : []), inside);
  cards.forEach(({ draw }) => draw());
}

const cut = ({ ys, low, high }, rows) => ({
  ys: ys.slice(...rows), low: low?.slice(...rows), high: high?.slice(...rows),
});

export function makeLegend(title, curves) {
  const names = curves.length > 1 ? curves.map(({ name }, k) => {
    const dot = element("i", { className: "dot" });
    dot.style.background = CURVES[k % CURVES.length];
    return element("span", { className: "key" }, dot, name);
  }) : [];
  return element("p", { className: "legend" }, element("b", { textContent: title }), ...names);
}

function drawCard(place, column, curves, values, ends, now) {
  if (column.kind === "category") return drawWords(column, curves, values, now);
  const canvas = element("canvas", { className: "plot" });
  canvas.role = "img";
  const [first] = curves;
  canvas.ariaLabel = first && `${first.name} from ${shown(first.ys[0])} at ${shown(values[0])} to ` +
    `${shown(first.ys.at(-1))} at ${shown(values.at(-1))} of ${column.name}`;
  const lines = curves.map((curve) => ({ ...curve, xs: values }));
  const at = now === null ? undefined : now;
  const draw = () => drawPlot(canvas, { curves: lines, y: pad(ends), at, xLabel: label(column) });
  return { card: element("div", { className: "card small" }, canvas), draw };
}

const pad = ([low, high]) => [low - 0.04 * (high - low), high + 0.04 * (high - low)];

// Of a category, the first curve's value for each word.
function drawWords(column, curves, words, now) {
  const title = element("p", { className: "note", textContent: label(column) });
  const table = curves.length > 1
    ? words.map((word, i) => stack(word, curves.map(({ ys }) => ys[i]), word === now))
    : rowsOf(words, curves, now);
  return { card: element("div", { className: "card small" }, title, ...table), draw: () => {} };
}

function rowsOf(words, [curve], now) {
  if (!curve) return [];
  const [low, high] = extent(curve.ys);
  const made = bars(words, [...curve.ys].map((y) => (y - low) / (high - low)), now);
  made.forEach((bar, i) => (bar.lastChild.textContent = shown(curve.ys[i])));
  return made;
}

// Probabilities of one word as parts of a strip.
function stack(word, shares, isNow) {
  const strip = element("div", { className: "strip" }, ...shares.map((share, k) => {
    const part = element("i");
    part.style.width = `${100 * share}%`;
    part.style.background = CURVES[k % CURVES.length];
    return part;
  }));
  const name = element("span", { textContent: word });
  return element("div", { className: isNow ? "stack chosen" : "stack" }, name, strip);
}

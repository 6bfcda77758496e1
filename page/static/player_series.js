// A series or a function to draw: its forecast with an interval, its class, or the function that
// an operator makes of it.

import { answer, get, newest, runPath, unpack } from "./api.js";
import { CURVES, extent } from "./colours.js";
import { makeCurve } from "./curve.js";
import { element, mark } from "./dom.js";
import { showOutputs, size } from "./outputs.js";

export async function play(place, run) {
  const [name] = run.endpoints.serve;
  const column = run.inputs[name];
  const isFlat = column.shape.length === 1; // a function of one coordinate; else steps x channels
  const waiting = element("p", { className: "note", textContent: "An example is being loaded ..." });
  place.append(waiting);
  const found = await begin(run, name, column);
  waiting.remove();
  const { length, channels } = found;
  let lines = found.lines;
  const names = channelNames(run, column, channels);
  const known = findKnown(run);
  const values = new Array(length).fill(0);
  const menu = element("select", {}, ...names.map((text, k) =>
    element("option", { value: String(k), textContent: text })));
  const answers = mark(element("div"), { "aria-live": "polite" });
  const note = mark(element("p", { className: "note" }), { "aria-live": "polite" });
  note.textContent = found.note;
  const box = element("textarea", { rows: 3, spellcheck: false });
  const channel = () => Number(menu.value);
  const show = ({ outputs }) => {
    const curve = showBeside(run, column, outputs, channel(), length);
    editor.draw(curve ? { ...curve, xLabel: axisOf(run, column), yLabel: names[channel()] }
      : { xLabel: axisOf(run, column), yLabel: names[channel()] });
    const rest = curve ? [] : showOutputs(run, outputs);
    answers.replaceChildren(...rest);
  };
  const ask = newest((content) => answer(run.row.name, content), show, (error) =>
    answers.replaceChildren(element("p", { className: "error", textContent: error.message })));
  const update = () => {
    values.forEach((x, k) => (lines[channel()][k] = x));
    box.value = values.map((x) => Number(x.toPrecision(5))).join(" ");
    const rows = isFlat ? [...lines[0]]
      : lines[0].slice(0, length).map((_, k) => lines.map((line) => line[k]));
    ask({ inputs: { [name]: [rows], ...sayKnown(known, lines, length) } });
  };
  const editor = makeCurve(values, update);
  const choose = () => {
    values.length = lines[channel()].length;
    lines[channel()].forEach((x, k) => (values[k] = x));
    editor.draw({ xLabel: axisOf(run, column), yLabel: names[channel()] });
    update();
  };
  menu.onchange = choose;
  box.onchange = () => {
    const numbers = box.value.split(/[\s,;]+/).filter(Boolean).map(Number);
    if (numbers.length !== values.length || !numbers.every(Number.isFinite)) {
      note.textContent = `The text must be ${values.length} numbers; it has ${numbers.length}.`;
      return;
    }
    lines[channel()] = numbers;
    choose();
  };
  const set = (next) => {
    lines = next;
    choose();
  };
  const buttons = makeButtons(run, name, found, set, note, () => lines, channel);
  place.append(element("div", { className: "row" },
    ...(channels > 1 ? [element("label", { className: "row" }, "series", menu)] : []), ...buttons),
  note, editor.canvas, legend(column, known), answers,
  element("details", {}, element("summary", { textContent: "As numbers" }),
    element("label", {}, `Numbers, separated by blanks or commas`, box)));
  choose();
  const redraw = () => editor.draw();
  addEventListener("resize", redraw);
  return () => removeEventListener("resize", redraw);
}

// The columns that are known in advance: their future is drawn too, behind their history.
function findKnown(run) {
  const [, name] = run.endpoints.serve;
  const [steps, count] = name === "known" ? run.inputs[name].shape : [0, 0];
  return count && { name, steps, count };
}

function sayKnown(known, lines, length) {
  if (!known) return {};
  const future = lines.slice(-known.count).map((line) => line.slice(length));
  return { [known.name]: [future[0].map((_, k) => future.map((line) => line[k]))] };
}

function channelNames(run, column, channels) {
  const known = run.data.series;
  const named = known ? [...known.targets, ...known.covariates, ...known.known] : run.data.columns;
  return [...Array(channels).keys()].map((k) =>
    (named?.length === channels ? named[k] : channels > 1 ? `channel ${k + 1}` : column.name));
}

const axisOf = (run, column) =>
  (column.kind === "history" ? run.data.series?.time ?? "step" : column.kind === "function"
    ? "place on the grid" : "step");

function legend({ kind }, known) {
  const future = known ? " Columns that are known in advance have their future behind it." : "";
  const text = { history: `Draw on the history. The forecast follows it, with its interval.${future}`,
    function: "Draw the function; the answer is the second curve." }[kind] ?? "Draw the series.";
  return element("p", { className: "note", textContent: text });
}

// An example of the run's data, or a wave like it where there is none.
async function begin(run, name, column) {
  try {
    return await readExample(run, name, 0);
  } catch (error) {
    const channels = column.shape.length > 1 ? column.shape.at(-1) : 1;
    const length = column.shape[0] ?? run.data.series?.window ?? run.data.targets?.[0]?.shape[0] ?? 64;
    const known = findKnown(run);
    const future = (c) => (known && c >= channels - known.count ? known.steps : 0);
    const of = (x, c) => (Array.isArray(x) ? x[c] ?? x[0] : x);
    const lines = [...Array(channels).keys()].map((c) => Array.from({ length: length + future(c) }, (_, k) =>
      of(column.mean, c) + 0.5 * of(column.std, c) * Math.sin((6 * Math.PI * k) / length)));
    return { lines, length, channels, note: `${error.message}. Draw, or paste numbers below.` };
  }
}

async function readExample(run, name, number) {
  const found = await get(`${runPath(run.row.name)}/example?number=${number}`);
  const { shape, data } = unpack(found.inputs[name]);
  const channels = shape.length > 1 ? size(shape.slice(1)) : 1;
  const all = [...Array(channels).keys()].map((c) =>
    Array.from({ length: shape[0] }, (_, k) => data[k * channels + c]));
  const length = all[0].findLastIndex(Number.isFinite) + 1; // a series ends in NaN
  const known = Object.entries(found.targets).map((pair) => pair.join(": ")).join(", ");
  return { lines: all.map((line) => line.slice(0, length)), length, channels,
    note: `test row ${found.number + 1} of ${found.rows}${known ? `; true ${known}` : ""}` };
}

function makeButtons(run, name, found, set, note, lines, channel) {
  let number = 0;
  const make = (textContent, onclick) => element("button", { type: "button", textContent, onclick });
  const example = make("Next example", async () => {
    try {
      const next = await readExample(run, name, ++number);
      if (next.length === found.length) set(next.lines);
      else note.textContent = "This example has another length.";
      note.textContent = next.note;
    } catch (error) {
      note.textContent = error.message;
    }
  });
  const change = (f) => () => {
    const next = lines();
    next[channel()] = f(next[channel()]);
    set(next);
  };
  const smooth = make("Smooth", change((x) => x.map((_, k) => {
    const near = x.slice(Math.max(0, k - 2), k + 3);
    return near.reduce((a, b) => a + b, 0) / near.length;
  })));
  const flip = make("Upside down", change((x) => {
    const [low, high] = extent(x);
    return x.map((y) => low + high - y);
  }));
  return [example, smooth, flip];
}

// Curves to draw beside the input: the forecast behind it, or the answer on the same grid.
function showBeside(run, column, outputs, channel, length) {
  if (column.kind === "history" && outputs.mean) {
    const [, steps, channels] = outputs.mean.shape;
    if (channel >= channels) return {};
    const pick = ({ data }) => Array.from({ length: steps }, (_, k) => data[k * channels + channel]);
    const xs = Array.from({ length: steps }, (_, k) => length + k);
    const [ys, low, high] = [outputs.mean, outputs.lower, outputs.upper].map(pick);
    return { curves: [{ xs, ys, low, high, colour: CURVES[1] }], x: [0, length + steps - 1] };
  }
  const curves = Object.values(outputs).filter(({ shape }) => shape.length === 2 && shape[1] > 12);
  if (column.kind !== "function" || !curves.length) return null;
  return { curves: curves.map(({ shape: [, count], data }, k) => ({ ys: data,
    xs: Array.from({ length: count }, (_, i) => (i * (length - 1)) / (count - 1)),
    colour: CURVES[k + 1] })) };
}

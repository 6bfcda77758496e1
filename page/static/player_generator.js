// New rows and pictures: from a seed, and from latent numbers.

import { answer, newest } from "./api.js";
import { element, mark, shown } from "./dom.js";
import { picture } from "./map.js";
import { rowOf, showArray } from "./outputs.js";
import { drawPlot } from "./plot.js";

const MOST_SLIDERS = 16;
const NUMBERS = {
  count: { label: "count", min: 1, max: 1000, step: 1, value: 25 },
  seed: { label: "seed", min: 0, max: 1000, step: 1, value: 0 },
  temperature: { label: "temperature", min: 0, max: 2, step: 0.05, value: 1 },
  steps: { label: "steps", min: 1, max: 200, step: 1, value: 50 },
};

export function play(place, run) {
  const parts = [];
  if (run.endpoints.generate) parts.push(makeGenerator(run));
  if (run.endpoints.decode?.includes("latent")) parts.push(makeDecoder(run));
  place.append(element("div", { className: "split" }, ...parts));
}

// A slider with its number beside it.
export function slider({ label, min, max, step, value }, use) {
  const input = element("input", { type: "range", min, max, step });
  const box = element("input", { type: "number", min, step: "any", value, ariaLabel: label });
  input.value = value;
  input.oninput = () => use(Number((box.value = input.value)));
  box.oninput = () => {
    if (box.value === "") return;
    input.value = box.value;
    use(Number(box.value));
  };
  const name = element("span", { textContent: label });
  const field = element("label", { className: "field" }, name, input, box);
  return { field, set: (x) => (input.value = box.value = x) };
}

function makeGenerator(run) {
  const columns = run.endpoints.generate.map((name) => run.inputs[name]);
  const plane = readPlane(run);
  const inputs = {};
  const result = mark(element("div"), { "aria-live": "polite" });
  result.append(element("p", { className: "note", textContent: "The network is being loaded ..." }));
  const ask = newest((values) => answer(run.row.name, { endpoint: "generate", inputs: values }),
    ({ outputs }) => result.replaceChildren(showRows(run, outputs, plane)), showError(result));
  const update = () => ask({ ...inputs });
  const fields = columns.map((column) => {
    if (column.kind === "category") return makeMenu(column, inputs, update);
    const known = NUMBERS[column.name] ?? { ...NUMBERS.temperature, label: column.name };
    const value = column.default ?? (column.name === "count" && plane ? 500 : known.value);
    inputs[column.name] = value;
    return slider({ ...known, value }, (x) => {
      inputs[column.name] = x;
      update();
    }).field;
  });
  update();
  return element("section", { className: "card" }, element("h2", { textContent: "Generate" }),
    ...fields, result);
}

function makeMenu(column, inputs, update) {
  const options = ["", ...column.vocabulary].map((value) =>
    element("option", { value, textContent: value || "(any)" }));
  const menu = element("select", {}, ...options);
  inputs[column.name] = menu.value = column.default ?? "";
  menu.onchange = () => {
    inputs[column.name] = menu.value;
    update();
  };
  const name = element("span", { textContent: column.name });
  return element("label", { className: "field" }, name, menu);
}

function makeDecoder(run) {
  const [width] = run.inputs.latent.shape;
  const latent = new Array(width).fill(0);
  const others = run.endpoints.decode.filter((name) => name !== "latent");
  const inputs = Object.fromEntries(others.map((name) => [name, run.inputs[name].default ?? 0]));
  const result = mark(element("div"), { "aria-live": "polite" });
  const ask = newest((z) =>
    answer(run.row.name, { endpoint: "decode", inputs: { ...inputs, latent: [z] } }),
  ({ outputs }) => result.replaceChildren(showRows(run, outputs, readPlane(run), 240)),
  showError(result));
  const update = () => ask([...latent]);
  const count = Math.min(width, MOST_SLIDERS);
  const sliders = [...Array(count).keys()].map((k) => {
    const spec = { label: `latent ${k + 1}`, min: -4, max: 4, step: 0.05, value: 0 };
    return slider(spec, (x) => {
      latent[k] = x;
      update();
    });
  });
  const put = (choose) => {
    for (let k = 0; k < width; k++) latent[k] = choose();
    sliders.forEach(({ set }, k) => set(latent[k]));
    update();
  };
  const random = element("button", { type: "button", textContent: "Random" });
  random.onclick = () => put(() => Number(drawNormal().toFixed(2)));
  const zero = element("button", { type: "button", textContent: "All zero" });
  zero.onclick = () => put(() => 0);
  const note = width > count
    ? `The first ${count} of ${width} latent numbers; Random draws all.` : "";
  update();
  return element("section", { className: "card" },
    element("h2", { textContent: "Latent numbers" }), result,
    element("div", { className: "row" }, random, zero),
    element("p", { className: "note", textContent: note }),
    ...sliders.map(({ field }) => field));
}

const drawNormal = () => // Box and Muller
  Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

const showError = (place) => (error) =>
  place.replaceChildren(element("p", { className: "error", textContent: error.message }));

// The two columns of a run whose rows are points of the plane, null if they are not.
function readPlane(run) {
  const columns = run.data.columns ?? [];
  const known = columns.map((name) => run.inputs[name]);
  return columns.length === 2 && known.every((one) => !one || one.kind === "number")
    ? columns : null;
}

// Pictures side by side, points of the plane, or a table.
export function showRows(run, outputs, plane, size = 72) {
  const found = Object.entries(outputs).find(([, { shape }]) => shape.length === 4);
  if (found) {
    const [, array] = found;
    const largest = run.data.max_pixel;
    const pictures = [...Array(array.shape[0]).keys()].map((k) =>
      picture(rowOf(array, k), { largest, size, title: `picture ${k + 1}` }));
    return element("div", { className: "row pictures" }, ...pictures);
  }
  if (plane?.every((name) => name in outputs)) return showPoints(run, outputs, plane);
  return showTable(run, outputs);
}

function showPoints(run, outputs, [across, up]) {
  const canvas = element("canvas", { className: "plot", role: "img" });
  const [xs, ys] = [across, up].map((name) => outputs[name].data);
  canvas.ariaLabel = `${xs.length} points of ${across} and ${up}`;
  const ends = (name) => {
    const column = run.inputs[name];
    return column && column.std !== 1 ? [column.mean - 3 * column.std, column.mean + 3 * column.std]
      : undefined;
  };
  const size = xs.length === 1 ? 7 : xs.length > 300 ? 2 : 3;
  requestAnimationFrame(() => drawPlot(canvas, { points: [{ xs, ys, size }], x: ends(across),
    y: ends(up), xLabel: across, yLabel: up, aspect: 0.8 }));
  return canvas;
}

function showTable(run, outputs) {
  const names = (run.data.columns ?? []).filter((name) => name in outputs);
  if (!names.length) {
    return element("div", {}, ...Object.entries(outputs).map((pair) => showArray(...pair)));
  }
  const rows = Math.min(100, outputs[names[0]].shape[0]);
  const head = element("tr", {}, ...names.map((name) =>
    element("th", { textContent: name, scope: "col" })));
  const body = [...Array(rows).keys()].map((k) => element("tr", {}, ...names.map((name) =>
    element("td", { className: "number", textContent: shown(outputs[name].data[k]) }))));
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  return mark(element("div", { className: "scroll tall" }, table), { tabindex: "0" });
}

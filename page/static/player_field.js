// A field over the plane to draw: what an operator makes of it; or its projections with noise, and
// the picture that a tomography finds from them.

import { answer, get, newest, runPath, unpack } from "./api.js";
import { extent } from "./colours.js";
import { element, mark, shown } from "./dom.js";
import { picture } from "./map.js";
import { rowOf } from "./outputs.js";
import { nest } from "./player_picture.js";
import { makePad } from "./widgets.js";

export async function play(place, run) {
  const isScan = "project" in run.endpoints;
  const [name] = run.endpoints[isScan ? "project" : "serve"];
  const note = mark(element("p", { className: "note" }), { "aria-live": "polite" });
  note.textContent = "An example is being loaded ...";
  place.append(note);
  let number = 0;
  const read = async () => {
    const query = `number=${number++}&endpoint=${isScan ? "project" : "serve"}`;
    const found = await get(`${runPath(run.row.name)}/example?${query}`);
    return { ...found, ...unpack(found.inputs[name]) };
  };
  const first = await read().catch((error) => invent(run, run.inputs[name], error));
  const { shape } = first;
  const isTwoValued = new Set(first.data).size === 2; // such as a material: it has no third one
  let [low, high] = extent(first.data);
  const noise = element("input", { type: "range", min: 0, max: 10, step: 0.5, value: 2 });
  const answers = mark(element("div", { className: "card" }), { "aria-live": "polite" });
  const fail = (error) =>
    answers.replaceChildren(element("p", { className: "error", textContent: error.message }));
  const ask = newest(async (values) => {
    const call = (endpoint, inputs) => answer(run.row.name, { endpoint, inputs });
    const field = { [name]: [nest(values, shape)] };
    if (!isScan) return (await call("serve", field)).outputs;
    const { sinogram } = (await call("project", field)).outputs;
    addNoise(sinogram.data, Number(noise.value) / 100);
    const rows = [nest([...sinogram.data], sinogram.shape.slice(1))];
    return { sinogram, ...(await call("serve", { sinogram: rows })).outputs };
  }, (outputs) => answers.replaceChildren(element("h2", { textContent: "Answer" }),
    element("div", { className: "row" },
      ...Object.entries(outputs).map(([title, array]) => showField(title, rowOf(array))))), fail);
  const pad = makePad([...shape, 1], (pixels) => ask(pixels.map((share) =>
    low + (high - low) * (isTwoValued ? Math.round(share) : share))));
  const set = (found) => {
    [low, high] = extent(found.data);
    pad.set([...found.data].map((value) => (value - low) / (high - low)));
    note.textContent = found.note ?? `test row ${found.number + 1} of ${found.rows}`;
    range.textContent = `${name}: from ${shown(low)} (black) to ${shown(high)} (white)`;
  };
  const button = (textContent, onclick) => element("button", { type: "button", textContent, onclick });
  const next = button("Next example", () => read().then(set, (error) => {
    note.textContent = error.message;
  }));
  noise.onchange = () => pad.show();
  const range = element("p", { className: "note" });
  const more = isScan ? [element("label", { className: "field" },
    element("span", { textContent: "noise of the projections [%]" }), noise)] : [];
  const drawing = element("div", { className: "card" },
    element("h2", { textContent: isScan ? "Picture" : "Field" }), pad.canvas, range,
    element("p", { className: "note", textContent: "Draw with the mouse or a finger; or with the " +
      "arrow keys and the space bar." }),
    element("div", { className: "row" }, pad.clear, next), ...more, note);
  place.replaceChildren(element("div", { className: "split" }, drawing, answers));
  set(first);
}

// A disc, where the run has no example.
function invent(run, column, error) {
  const [rows = 64, columns = rows] = column.shape.map((length, k) =>
    length ?? run.data.targets?.[0]?.shape[k] ?? 64);
  const { mean, std } = column;
  const data = Array.from({ length: rows * columns }, (_, k) => {
    const [y, x] = [Math.floor(k / columns) / rows - 0.5, (k % columns) / columns - 0.5];
    return mean + (Math.hypot(x, y) < 0.25 ? std : -std);
  });
  return { shape: [rows, columns], data, note: `${error.message}. Draw a field` };
}

// Add normal noise, in parts of the largest value.
function addNoise(values, share) {
  const scale = share * extent(values.map(Math.abs))[1];
  values.forEach((x, k) => {
    const [u, v] = [1 - Math.random(), Math.random()];
    values[k] = x + scale * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  });
}

function showField(title, array) {
  const [low, high] = extent(array.data);
  const map = title === "sinogram" || title === "picture" ? "grey" : "viridis";
  return element("figure", {},
    element("figcaption", { textContent: `${title}: from ${shown(low)} to ${shown(high)}` }),
    picture(array, { map, size: 240 }));
}

// A picture to draw, to choose from the examples, or to take from a file: what the network sees.

import { answer, newest, unpack, get, runPath } from "./api.js";
import { element, mark } from "./dom.js";
import { showOutputs } from "./outputs.js";
import { makePad } from "./widgets.js";

export function play(place, run) {
  const [name] = run.endpoints.serve;
  const column = run.inputs[name];
  const endpoints = Object.keys(run.endpoints).filter((one) =>
    run.endpoints[one].length === 1 && run.endpoints[one][0] === name);
  const hasMaps = endpoints.includes("feature_maps");
  const menu = element("select", { id: "endpoint" }, ...endpoints
    .filter((one) => one !== "feature_maps")
    .map((value) => element("option", { value, textContent: value })));
  const answers = mark(element("div", { className: "card" }), { "aria-live": "polite" });
  const maps = element("div");
  const note = mark(element("p", { className: "note" }), { "aria-live": "polite" });
  const fail = (error) => {
    answers.replaceChildren(element("p", { className: "error", textContent: error.message }));
  };
  answers.append(element("p", { className: "note", textContent: "The network is being loaded ..." }));
  const ask = newest(({ endpoint, inputs }) => answer(run.row.name, { endpoint, inputs }),
    ({ outputs }) => answers.replaceChildren(element("h2", { textContent: "Answer" }),
      ...showOutputs(run, outputs, column.max_pixel)), fail);
  const look = newest((inputs) => answer(run.row.name, { endpoint: "feature_maps", inputs }),
    ({ outputs }) => showMaps(maps, run, outputs), () => maps.replaceChildren());
  let pixels = [];
  const update = (values) => {
    pixels = values;
    note.textContent = "";
    const [height, width, channels] = column.shape;
    const picture = nest([...values].map((x) => x * column.max_pixel), [height, width, channels]);
    ask({ endpoint: menu.value, inputs: { [name]: [picture] } });
    if (hasMaps) look({ [name]: [picture] });
  };
  const pad = makePad(column.shape, update);
  menu.onchange = () => update(pixels);
  const example = exampleButton(run, name, column, pad, note);
  const buttons = [pad.clear, example.button, fileButton(column, pad, note)];
  const how = "Draw with the mouse or a finger, as large as it goes; or with the arrow keys and " +
    "the space bar.";
  const drawing = element("div", { className: "card" },
    element("h2", { textContent: "Picture" }), pad.canvas,
    element("p", { className: "note", textContent: how }),
    element("div", { className: "row" }, ...buttons), note);
  if (menu.options.length > 1) {
    drawing.append(element("label", { className: "field" },
      element("span", { textContent: "endpoint" }), menu));
  }
  place.append(element("div", { className: "split" }, drawing, answers), maps);
  pad.show();
  example.next(true);
}

// Numbers, row after row, as nested lists.
export function nest(values, [, ...rest]) {
  if (!rest.length) return values;
  const width = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: values.length / width }, (_, k) =>
    nest(values.slice(k * width, (k + 1) * width), rest));
}

// A button for the next example of the run's test data, and what it does.
function exampleButton(run, name, column, pad, note) {
  const button = element("button", { type: "button", textContent: "Example" });
  let number = 0;
  const next = async (isFirst) => {
    try {
      const found = await get(`${runPath(run.row.name)}/example?number=${number++}`);
      const { data } = unpack(found.inputs[name]);
      pad.set([...data].map((x) => x / column.max_pixel));
      const known = Object.entries(found.targets).map((pair) => pair.join(": ")).join(", ");
      note.textContent = `test picture ${found.number + 1} of ${found.rows}` +
        (known ? `; true ${known}` : "");
    } catch (error) {
      if (!isFirst) note.textContent = error.message; // nobody has asked
    }
  };
  button.onclick = () => next(false);
  return { button, next };
}

// A button that reads a picture of the visitor's; it is scaled in the browser.
function fileButton(column, pad, note) {
  const input = element("input", { type: "file", accept: "image/*", hidden: true });
  const button = element("button", { type: "button", textContent: "Open a file ..." }, input);
  button.onclick = () => input.click();
  input.onclick = (event) => event.stopPropagation();
  input.onchange = async () => {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    try {
      pad.set(await readPicture(file, column.shape));
      note.textContent = file.name;
    } catch {
      note.textContent = `${file.name} is no picture that this browser can read.`;
    }
  };
  return button;
}

async function readPicture(file, [height, width, channels]) {
  const bitmap = await createImageBitmap(file);
  const canvas = element("canvas", { width, height });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return Array.from({ length: width * height * channels }, (_, k) => {
    const at = 4 * Math.floor(k / channels);
    const grey = (0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]) / 255;
    return channels === 1 ? grey : (data[at + (k % channels)] ?? 255) / 255;
  });
}

function showMaps(place, run, outputs) {
  const order = (name) => Number(name.match(/_(\d+)$/)?.[1] ?? 0);
  const names = Object.keys(outputs).sort((a, b) => order(a) - order(b));
  const sorted = Object.fromEntries(names.map((name) => [name, outputs[name]]));
  place.replaceChildren(element("h2", { textContent: "Feature maps" }),
    element("div", { className: "split" }, ...showOutputs({ data: {} }, sorted)));
}

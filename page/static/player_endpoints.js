// Any endpoint of a run: a field for each input, and all it answers.

import { answer, get, runPath, unpack } from "./api.js";
import { element, label, mark } from "./dom.js";
import { picture } from "./map.js";
import { showOutputs } from "./outputs.js";
import { nest } from "./player_picture.js";

const MOST_WRITTEN = 20_000; // numbers that a field shows
const TEXT = ["category", "date", "text"];

export function play(place, run) {
  const menu = element("select", {}, ...Object.keys(run.endpoints).map((value) =>
    element("option", { value, textContent: value })));
  const fields = element("div");
  const answers = mark(element("div", { className: "card" }), { "aria-live": "polite" });
  const ask = element("button", { type: "submit", className: "primary", textContent: "Answer" });
  const example = element("button", { type: "button", textContent: "Example" });
  const note = mark(element("p", { className: "note" }), { "aria-live": "polite" });
  let [boxes, number] = [{}, 0];
  const showFields = () => {
    const columns = run.endpoints[menu.value].map((name) => run.inputs[name]);
    boxes = Object.fromEntries(columns.map((column) => [column.name, makeBox(column)]));
    fields.replaceChildren(...columns.map((column) => element("label", { className: "field" },
      element("span", {}, label(column), element("div", { className: "note",
        textContent: describe(column) })), boxes[column.name])));
    answers.replaceChildren(element("h2", { textContent: "Answer" }));
  };
  const form = element("form", { className: "card" },
    element("label", { className: "field" }, element("span", { textContent: "endpoint" }), menu),
    fields, element("div", { className: "row" }, ask, example), note);
  const compute = async () => {
    ask.disabled = true;
    answers.replaceChildren(element("p", { className: "note", textContent: "Computing ..." }));
    try {
      const inputs = {};
      for (const [name, box] of Object.entries(boxes)) {
        if (box.kept) {
          inputs[name] = run.inputs[name].per_row ? [box.kept] : box.kept;
        } else if (box.value !== "" || isText(run.inputs[name])) {
          inputs[name] = readBox(run.inputs[name], box.value);
        }
      }
      const { outputs } = await answer(run.row.name, { endpoint: menu.value, inputs });
      answers.replaceChildren(element("h2", { textContent: "Answer" }),
        ...showOutputs(run, outputs, run.data.max_pixel));
    } catch (error) {
      answers.replaceChildren(element("p", { className: "error", textContent: error.message }));
    }
    ask.disabled = false;
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    compute();
  };
  const begin = async () => {
    showFields();
    await fillExample();
  };
  const fillExample = async () => {
    note.textContent = "An example is being loaded ...";
    try {
      const query = `number=${number++}&endpoint=${encodeURIComponent(menu.value)}`;
      const found = await get(`${runPath(run.row.name)}/example?${query}`);
      for (const [name, array] of Object.entries(found.inputs)) fill(boxes[name], unpack(array));
      const known = Object.entries(found.targets).map((pair) => pair.join(": ")).join(", ");
      await compute();
      note.textContent = `test row ${found.number + 1} of ${found.rows}${known && `; true ${known}`}`;
    } catch (error) {
      note.textContent = `${error.message}. Fill in the inputs, then press Answer.`;
    }
  };
  example.onclick = fillExample;
  menu.onchange = begin;
  place.append(element("div", { className: "split" }, form, answers));
  begin();
}

const isText = ({ kind }) => TEXT.includes(kind);
const isLarge = ({ shape, kind }) => shape.length > 0 || kind === "text";

function describe({ kind, shape, per_row: perRow, default: usual }) {
  const size = shape.map((length) => length ?? "any").join(" x ");
  const parts = [kind, size, perRow ? "" : "for all rows", usual !== null ? `default ${usual}` : ""];
  return parts.filter(Boolean).join(", ");
}

function makeBox(column) {
  const usual = column.default ?? (column.kind === "number" && !column.shape.length
    ? (column.per_row ? Number(column.mean.toPrecision(4)) : 1) : "");
  if (column.kind === "category") {
    const words = [...column.vocabulary, ""];
    return element("select", {}, ...words.map((value) =>
      element("option", { value, textContent: value || "(missing or different)" })));
  }
  if (isLarge(column)) {
    const value = column.kind === "text" ? String(usual) : zeros(column.shape);
    return element("textarea", { rows: 4, spellcheck: false, value });
  }
  return element("input", { value: String(usual) });
}

// Zeros of a shape as JSON; lengths that are open are 1.
const zeros = ([length, ...rest]) => {
  const fill = (shape) => (shape.length
    ? Array.from({ length: shape[0] ?? 1 }, () => fill(shape.slice(1))) : 0);
  return JSON.stringify(fill([length, ...rest]));
};

function readBox(column, text) {
  const value = isText(column) ? text : parse(column, text);
  return column.per_row ? [value] : value;
}

function parse({ name }, text) {
  try {
    return JSON.parse(text.trim() === "" ? "null" : text);
  } catch {
    throw new Error(`${name} must be a number, or numbers in brackets as in [1, 2.5].`);
  }
}

// Put an array into its field; a large one is kept beside it, since no one reads it.
function fill(box, { shape, data }) {
  const rows = shape.length ? nest([...data].map((x) => (Number.isNaN(x) ? null : x)), shape) : data[0];
  const isLong = data.length > MOST_WRITTEN;
  box.kept = isLong ? rows : null;
  box.readOnly = isLong;
  box.value = isLong ? `${shape.join(" x ")} numbers` : shape.length ? JSON.stringify(rows) : rows;
  box.nextSibling?.remove();
  if (shape.length === 2 && Math.min(...shape) > 8) {
    box.after(picture({ shape, data }, { map: "viridis", size: 200 }));
  }
}

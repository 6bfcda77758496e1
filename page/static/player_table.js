// Sliders and menus for the columns of a table: the answer, and the effect of each column.

import { answer, newest } from "./api.js";
import { drawEffects, findTargets } from "./effects.js";
import { element, linspace, mark, range } from "./dom.js";
import { showOutputs } from "./outputs.js";
import { makeSurface } from "./surface.js";
import { WIDGETS } from "./widgets.js";

const POINTS = 33; // of a curve
const MOST_COLUMNS = 40; // whose effects are drawn
const MOST_WORDS = 12; // of a category's effect

export function play(place, run) {
  const endpoints = Object.keys(run.endpoints).filter((name) => fits(run, name));
  const name = run.row.name;
  const row = {};
  const inputs = element("div", { className: "card" });
  const answers = mark(element("div", { className: "card answers" }), { "aria-live": "polite" });
  answers.append(element("p", { className: "note", textContent: "The network is being loaded ..." }));
  const effects = element("div");
  const menu = element("select", {}, ...endpoints.map((value) =>
    element("option", { value, textContent: value })));
  const targets = element("select", { ariaLabel: "answer whose effects are drawn" });
  targets.hidden = true;
  const chooseAmong = (found) => {
    targets.hidden = found.length < 2;
    if (targets.options.length === found.length) return;
    targets.replaceChildren(...found.map(({ name: value }) =>
      element("option", { value, textContent: value })));
  };
  let [columns, surface, ready] = [[], () => {}, false];
  const show = ({ outputs }, asked) => {
    const first = Object.entries(outputs).map(([key, { shape, data }]) =>
      [key, { shape: [1, ...shape.slice(1)], data: data.slice(0, data.length / shape[0]) }]);
    answers.replaceChildren(element("h2", { textContent: "Answer" }),
      ...showOutputs(run, Object.fromEntries(first)));
    chooseAmong(findTargets(run, outputs));
    drawEffects(effects, run, outputs, columns, asked, targets.value);
  };
  const ask = newest((content) => answer(name, content), show, (error) =>
    answers.replaceChildren(element("p", { className: "error", textContent: error.message })));
  const update = () => {
    if (!ready) return;
    const values = Object.fromEntries(columns.map((column) =>
      [column.name, [Number.isNaN(row[column.name]) ? null : row[column.name]]]));
    ask({ endpoint: menu.value, inputs: values, lines: linesOf(columns) });
    surface(values, menu.value, targets.value);
  };
  const begin = () => {
    ready = false;
    columns = run.endpoints[menu.value].map((one) => run.inputs[one]);
    inputs.replaceChildren(element("h2", { textContent: "Inputs" }),
      ...(endpoints.length > 1 ? [element("label", { className: "field" }, "endpoint", menu)] : []),
      ...columns.map((column) => WIDGETS[column.kind](column, row, update)));
    planes.replaceChildren();
    surface = makeSurface(planes, run, columns);
    ready = true;
    update();
  };
  const planes = element("div");
  menu.onchange = begin;
  targets.onchange = update;
  place.append(element("div", { className: "split" }, inputs, answers),
    element("h2", { textContent: "Effect of each column, the others held" }), targets, effects, planes);
  begin();
  const redraw = () => update();
  addEventListener("resize", redraw);
  return () => removeEventListener("resize", redraw);
}

// Whether an endpoint takes rows of numbers, categories and dates.
function fits(run, name) {
  const columns = run.endpoints[name].map((one) => run.inputs[one]);
  return columns.length > 0 && columns.every(({ kind, shape, per_row: perRow }) =>
    kind in WIDGETS && kind !== "image" && perRow && !shape.length);
}

// The values of each column along which its effect is drawn.
function linesOf(columns) {
  const shown = columns.filter(({ kind }) => kind !== "date").slice(0, MOST_COLUMNS);
  return Object.fromEntries(shown.map((column) => [column.name, column.kind === "category"
    ? column.vocabulary.slice(0, MOST_WORDS) : linspace(range(column), POINTS)]));
}

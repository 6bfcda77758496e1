// The answer over two of the columns, as a map.

import { answer, newest } from "./api.js";
import { mix } from "./colours.js";
import { element, label, range } from "./dom.js";
import { makeLegend, readCurves } from "./effects.js";
import { drawMap } from "./map.js";

const CELLS = 60;

// Return a function of the present row, the endpoint and the target that draws the map again.
export function makeSurface(place, run, columns) {
  const numbers = columns.filter(({ kind }) => kind === "number");
  if (numbers.length < 2) return () => {};
  const canvas = element("canvas", { className: "plot square", role: "img" });
  canvas.ariaLabel = "The answer over two columns, as a map";
  const legend = element("div");
  const axes = [0, 1];
  const which = element("select", { ariaLabel: "answer" });
  let last = null;
  const menus = axes.map((_, axis) => {
    const menu = element("select", {}, ...numbers.map((column, k) =>
      element("option", { value: String(k), textContent: label(column) })));
    menu.value = String(axis);
    menu.ariaLabel = axis ? "upwards" : "to the right";
    menu.onchange = () => {
      axes[axis] = Number(menu.value);
      if (last) draw(...last);
    };
    return menu;
  });
  const choice = numbers.length > 2
    ? element("div", { className: "row" }, menus[0], "and, upwards,", menus[1]) : "";
  place.append(element("h2", { textContent: "Over two columns" }), choice, legend,
    element("div", { className: "half" }, canvas));
  const show = ({ outputs }, { across, up, row, name }) => {
    const { title, curves, target } = readCurves(run, outputs, name);
    if (!curves.length) return;
    const isClass = target?.classes.length;
    const several = !isClass && curves.length > 1;
    if (several && which.options.length !== curves.length) {
      which.replaceChildren(...curves.map(({ name }, k) =>
        element("option", { value: String(k), textContent: name })));
    }
    const chosen = curves[several ? Number(which.value) : 0];
    legend.replaceChildren(several ? which : makeLegend(title, isClass ? curves : [chosen]));
    const pick = isClass ? (k) => mix(curves.map(({ ys }) => ys[k])) : undefined;
    const { toX, toY } = drawMap(canvas, {
      values: isClass ? undefined : chosen.ys, pick, count: [CELLS, CELLS], aspect: 0.85,
      x: range(across), y: range(up), xLabel: label(across), yLabel: label(up),
    });
    const context = canvas.getContext("2d");
    context.strokeStyle = "#ffffff";
    context.lineWidth = 3;
    const square = [toX(row[across.name][0]) - 5, toY(row[up.name][0]) - 5, 10, 10];
    context.strokeRect(...square);
    context.strokeStyle = "#000000";
    context.lineWidth = 1.5;
    context.strokeRect(...square);
  };
  const ask = newest(({ content }) => answer(run.row.name, content), show, () => {});
  const draw = (row, endpoint, name) => {
    last = [row, endpoint, name];
    const [across, up] = axes.map((k) => numbers[k]);
    if (across === up) return;
    const others = Object.fromEntries(Object.entries(row).filter(([name]) =>
      name !== across.name && name !== up.name));
    const grid = { [up.name]: [...range(up), CELLS], [across.name]: [...range(across), CELLS] };
    ask({ content: { endpoint, inputs: others, grid }, across, up, row, name });
  };
  which.onchange = () => draw(...last);
  return draw;
}

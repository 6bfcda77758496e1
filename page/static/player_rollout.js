// Motion: where a state goes, over time and in the plane of its first two numbers.

import { answer, newest } from "./api.js";
import { CURVES } from "./colours.js";
import { element, linspace, mark, range } from "./dom.js";
import { makeLegend } from "./effects.js";
import { slider } from "./player_generator.js";
import { drawPlot } from "./plot.js";
import { WIDGETS } from "./widgets.js";

const STEPS = 300;

export function play(place, run) {
  const columns = run.endpoints.serve.map((name) => run.inputs[name]);
  const row = {};
  let [end, ready, last] = [20, false, null];
  const over = element("canvas", { className: "plot", role: "img" });
  const plane = element("canvas", { className: "plot", role: "img" });
  over.ariaLabel = "Each number over time";
  plane.ariaLabel = "The path in the plane of the first two numbers";
  const note = mark(element("p", { className: "note" }), { "aria-live": "polite" });
  const draw = () => {
    if (!last) return;
    const { outputs, times } = last;
    const curves = columns.map(({ name }, k) =>
      ({ xs: times, ys: outputs[name].data, colour: CURVES[k] }));
    drawPlot(over, { curves, xLabel: "time", aspect: 0.6 });
    if (columns.length < 2) return;
    const [xs, ys] = columns.map(({ name }) => outputs[name].data);
    const [x, y] = columns.map(range);
    const ends = (own, values) => [Math.min(own[0], ...values), Math.max(own[1], ...values)];
    drawPlot(plane, { curves: [{ xs, ys }], points: [{ xs: [xs[0]], ys: [ys[0]], size: 6,
      colour: CURVES[1] }], x: ends(x, xs), y: ends(y, ys), xLabel: columns[0].name,
    yLabel: columns[1].name, aspect: 0.6 });
  };
  const ask = newest(({ inputs, times }) => answer(run.row.name, { endpoint: "rollout",
    inputs: { ...inputs, times } }), ({ outputs }, { times }) => {
    note.textContent = `from time 0 to ${end}; the dot is the beginning`;
    last = { outputs, times };
    draw();
  }, (error) => (note.textContent = error.message));
  const update = () => {
    if (!ready) return;
    const inputs = Object.fromEntries(columns.map(({ name }) => [name, [row[name]]]));
    ask({ inputs, times: linspace([0, end], STEPS) });
  };
  const fields = columns.map((column) => WIDGETS[column.kind](column, row, update));
  const time = slider({ label: "until time", min: 1, max: 100, step: 1, value: end }, (x) => {
    end = Math.max(1e-6, x);
    update();
  });
  // Beside the mean, where a pendulum would hang still.
  columns.forEach((column, k) => {
    row[column.name] = column.mean + (k ? 0 : column.std);
    fields[k].querySelectorAll("input").forEach((input) =>
      (input.value = String(Number(row[column.name].toPrecision(4)))));
  });
  const legend = makeLegend("", columns.map(({ name }) => ({ name })));
  place.append(element("div", { className: "card" }, ...fields, time.field, note), legend,
    element("div", { className: "split" }, over, ...(columns.length > 1 ? [plane] : [])));
  ready = true;
  update();
  addEventListener("resize", draw);
  return () => removeEventListener("resize", draw);
}

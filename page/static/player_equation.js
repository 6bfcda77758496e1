// The solution of an equation: a curve over one coordinate, a map over two, sliders for the rest.

import { answer, newest } from "./api.js";
import { extent } from "./colours.js";
import { element, mark, shown } from "./dom.js";
import { drawMap } from "./map.js";
import { slider } from "./player_generator.js";
import { drawPlot } from "./plot.js";

const [CURVE, CELLS] = [241, 81]; // points of a curve, and of a map along each axis

export async function play(place, run) {
  const name = run.row.name;
  const coordinates = run.endpoints.serve.map((one) => ({ name: one, ends: readEnds(run, one) }));
  const at = Object.fromEntries(coordinates.map(({ name: one, ends: [low, high] }) =>
    [one, one === "t" ? low : (low + high) / 2]));
  const waiting = element("p", { className: "note", textContent: "The network is being loaded ..." });
  place.append(waiting);
  const quantities = await findQuantities(run, at);
  waiting.remove();
  const menu = element("select", {}, ...quantities.map(({ text }, k) =>
    element("option", { value: String(k), textContent: text })));
  const choice = element("label", { className: "field" },
    element("span", { textContent: "quantity" }), menu);
  const said = mark(element("p", { className: "note" }), { "aria-live": "polite" });
  const problem = [run.data.source, ...(run.data.conditions ?? [])].filter(Boolean).join(";  ");
  const chosen = () => quantities[Number(menu.value)];
  const view = coordinates.length === 1
    ? makeCurve(name, coordinates[0], chosen, said)
    : makeMap(name, coordinates, at, chosen, said);
  menu.onchange = view.draw;
  place.append(element("p", { className: "problem", textContent: problem }), choice, view.element,
    said);
  view.draw();
  addEventListener("resize", view.draw);
  return () => {
    removeEventListener("resize", view.draw);
    view.stop?.();
  };
}

// Ends of a coordinate: "x = -1..1" in the description of the data.
function readEnds(run, name) {
  for (const text of run.data.domain ?? []) {
    const [left, right] = text.split("=").map((part) => part.trim());
    const ends = right?.split("..").map(Number);
    if (left === name && ends?.length === 2 && ends.every(Number.isFinite)) return ends;
  }
  const { mean, std } = run.inputs[name];
  return [mean - 3 * std, mean + 3 * std];
}

// The unknowns, and the residual that tells where to trust them.
async function findQuantities(run, at) {
  const inputs = Object.fromEntries(Object.entries(at).map(([key, x]) => [key, [x]]));
  const same = Object.keys(run.endpoints).filter((endpoint) =>
    ["serve", "residual", "derivatives"].includes(endpoint) &&
    run.endpoints[endpoint].join() === run.endpoints.serve.join());
  const found = await Promise.all(same.map(async (endpoint) => {
    const { outputs } = await answer(run.row.name, { endpoint, inputs });
    const names = Object.keys(outputs).filter((key) => outputs[key].shape.length === 1);
    return names.map((output) => ({ endpoint, output, text: output }));
  }));
  const known = new Set(); // a residual's endpoint tells its terms too
  return found.flat().filter(({ output }) => !known.has(output) && known.add(output));
}

function makeCurve(run, { name, ends }, chosen, said) {
  const canvas = element("canvas", { className: "plot", role: "img" });
  const show = ({ outputs, axes }, { output, text }) => {
    const ys = outputs[output].data;
    drawPlot(canvas, { curves: [{ xs: axes[name], ys }], xLabel: name, yLabel: text, aspect: 0.5 });
    const [low, high] = extent(ys);
    said.textContent = canvas.ariaLabel =
      `${text} from ${shown(low)} to ${shown(high)} for ${name} from ${ends.map((x) => shown(x)).join(" to ")}`;
  };
  const ask = newest(({ endpoint }) =>
    answer(run, { endpoint, grid: { [name]: [...ends, CURVE] } }), show, tell(said));
  return { element: canvas, draw: () => ask(chosen()) };
}

const tell = (said) => (error) => (said.textContent = error.message);

function makeMap(run, coordinates, at, chosen, said) {
  const across = coordinates.find(({ name }) => name === "t") ?? coordinates.at(-1);
  const up = coordinates.find((one) => one !== across);
  const rest = coordinates.filter((one) => one !== across && one !== up);
  const map = element("canvas", { className: "plot", role: "img" });
  const profile = element("canvas", { className: "plot", role: "img" });
  map.ariaLabel = `Map over ${across.name} and ${up.name}`;
  let [grid, timer] = [null, null];
  const drawBoth = () => {
    if (!grid) return;
    const { values, text, axes } = grid;
    const ends = extent(values);
    const residual = text.startsWith("residual");
    const size = Math.max(Math.abs(ends[0]), Math.abs(ends[1])) || 1;
    const symmetric = residual || (ends[0] < 0 && ends[1] > 0);
    const placed = drawMap(map, { values, count: [CELLS, CELLS], x: across.ends, y: up.ends,
      xLabel: across.name, yLabel: up.name, aspect: 0.75,
      ends: symmetric ? [-size, size] : ends, map: symmetric ? "diverging" : "viridis" });
    markPlace(map, placed, at[across.name]);
    map.onclick = (event) => {
      const share = (event.offsetX - placed.box.left) / placed.box.width;
      const [low, high] = across.ends;
      move(low + Math.min(1, Math.max(0, share)) * (high - low));
    };
    const column = cut(values, axes[across.name], at[across.name]);
    const room = 0.05 * (ends[1] - ends[0]);
    drawPlot(profile, { curves: [{ xs: axes[up.name], ys: column }], aspect: 0.75,
      y: [ends[0] - room, ends[1] + room], xLabel: up.name,
      yLabel: `${text} at ${across.name} = ${shown(at[across.name])}` });
    const [low, high] = extent(column);
    said.textContent = profile.ariaLabel = `${text} at ${across.name} = ${shown(at[across.name])}: ` +
      `from ${shown(low)} to ${shown(high)}`;
  };
  const show = ({ outputs, axes }, { output, text }) => {
    grid = { values: outputs[output].data, text, axes };
    drawBoth();
  };
  const ask = newest(({ endpoint }) => answer(run, {
    endpoint,
    inputs: Object.fromEntries(rest.map(({ name }) => [name, [at[name]]])),
    grid: { [up.name]: [...up.ends, CELLS], [across.name]: [...across.ends, CELLS] },
  }), show, tell(said));
  const draw = () => ask(chosen());
  const sliderOf = ({ name, ends: [min, max] }, use) => slider(
    { label: name, min, max, step: (max - min) / 200, value: Number(shown(at[name])) }, use);
  const time = sliderOf(across, (x) => {
    at[across.name] = x;
    drawBoth();
  });
  const move = (x) => {
    time.set(Number(x.toPrecision(4)));
    at[across.name] = x;
    drawBoth();
  };
  const others = rest.map((one) => sliderOf(one, (x) => {
    at[one.name] = x;
    draw();
  }).field);
  const button = element("button", { type: "button", textContent: "Play" });
  const stop = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = "Play";
  };
  button.onclick = () => {
    if (timer) return stop();
    const [low, high] = across.ends;
    let x = at[across.name] >= high ? low : at[across.name];
    button.textContent = "Stop";
    timer = setInterval(() => {
      x = Math.min(high, x + (high - low) / 100);
      move(x);
      if (x >= high) stop();
    }, 50);
  };
  const inside = element("div", {}, time.field, ...others,
    element("div", { className: "row" }, button),
    element("div", { className: "split" }, map, profile));
  return { element: inside, draw, stop };
}

function markPlace(canvas, { toX, box }, x) {
  const context = canvas.getContext("2d");
  for (const [ink, width] of [["#000", 3], ["#fff", 1.5]]) {
    context.strokeStyle = ink;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(toX(x), box.top);
    context.lineTo(toX(x), box.top + box.height);
    context.stroke();
  }
}

// The values at one place of the faster axis, interpolated.
function cut(values, axis, x) {
  const count = axis.length;
  const place = ((x - axis[0]) / (axis.at(-1) - axis[0])) * (count - 1);
  const low = Math.min(count - 2, Math.max(0, Math.floor(place)));
  const share = place - low;
  return Array.from({ length: values.length / count }, (_, k) =>
    values[k * count + low] * (1 - share) + values[k * count + low + 1] * share);
}

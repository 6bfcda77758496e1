// A graph to draw: nodes to move, edges to set, and what the network says of it.

import { answer, get, newest, runPath, unpack } from "./api.js";
import { CURVES } from "./colours.js";
import { colour, element, mark } from "./dom.js";
import { showOutputs } from "./outputs.js";
import { nest } from "./player_picture.js";
import { makeSheet } from "./sheet.js";

const MOST_NODES = 40;

export async function play(place, run) {
  const width = run.inputs.features.shape[1];
  const note = mark(element("p", { className: "note" }), { "aria-live": "polite" });
  const answers = mark(element("div", { className: "card" }), { "aria-live": "polite" });
  answers.append(element("p", { className: "note", textContent: "The network is being loaded ..." }));
  let [graph, number, chosen] = [await begin(run, width, 0, note), 0, null];
  const text = element("input", { spellcheck: false });
  const ask = newest((inputs) => answer(run.row.name, { inputs }), ({ outputs }) =>
    answers.replaceChildren(element("h2", { textContent: "Answer" }), ...showOutputs(run, outputs)),
  (error) => answers.replaceChildren(
    element("p", { className: "error", textContent: error.message })));
  const draw = () => sheet.draw({ x: [-1.3, 1.3], y: [-1.3, 1.3] });
  const update = () => {
    draw();
    text.value = graph.edges.map((edge) => edge.map((node) => node + 1).join("-")).join(" ");
    ask({ features: graph.features, edges: graph.edges, graph: graph.features.map(() => 0) });
  };
  const toggle = (a, b) => {
    const kept = graph.edges.filter(([u, v]) => !((u === a && v === b) || (u === b && v === a)));
    graph.edges = kept.length < graph.edges.length ? kept : [...graph.edges, [a, b]];
  };
  const sheet = makeSheet({
    places: () => graph.places,
    take: (node, at) => {
      graph.places[node] = at;
      draw();
    },
    press: (node) => {
      if (node !== null && chosen !== null && chosen !== node) {
        toggle(chosen, node);
        chosen = null;
      } else chosen = chosen === node ? null : node;
      update();
    },
    paint: (context, axes) => paint(context, axes, graph, chosen),
  });
  sheet.canvas.ariaLabel = "A graph; the list of its edges below changes it too";
  text.onchange = () => {
    const pairs = text.value.split(/[\s,;]+/).filter(Boolean).map((word) =>
      word.split("-").map((node) => Number(node) - 1));
    const count = graph.features.length;
    if (pairs.every((pair) => pair.length === 2 &&
      pair.every((node) => Number.isInteger(node) && node >= 0 && node < count))) {
      graph.edges = pairs;
      update();
    } else note.textContent = `Edges are pairs of numbers from 1 to ${count}, as in 1-2 2-3.`;
  };
  const make = (textContent, onclick) => element("button", { type: "button", textContent, onclick });
  const change = (f) => () => {
    f();
    chosen = null;
    graph.places = circle(graph.features.length);
    update();
  };
  const buttons = [
    make("Add a node", change(() => {
      if (graph.features.length < MOST_NODES) graph.features.push([...graph.features.at(-1)]);
    })),
    make("Remove one", change(() => {
      if (graph.features.length < 2) return;
      graph.features.pop();
      graph.edges = graph.edges.filter((edge) => Math.max(...edge) < graph.features.length);
    })),
    make("Next example", async () => {
      graph = await begin(run, width, ++number, note);
      chosen = null;
      update();
    })];
  const how = "Touch two nodes to join them, or to part them; take a node to move it.";
  const label = element("label", { className: "field" },
    element("span", { textContent: "edges" }), text);
  place.append(element("div", { className: "split" }, element("div", { className: "card" },
    sheet.canvas, element("p", { className: "note", textContent: how }),
    element("div", { className: "row" }, ...buttons), label, note), answers));
  update();
  addEventListener("resize", draw);
  return () => removeEventListener("resize", draw);
}

const circle = (count) => Array.from({ length: count }, (_, k) => {
  const turn = (2 * Math.PI * k) / count;
  return [Math.sin(turn), Math.cos(turn)];
});

// A graph of the test data, each edge once; or a ring where there is none.
async function begin(run, width, number, note) {
  try {
    const found = await get(`${runPath(run.row.name)}/example?number=${number}`);
    const { features, edges } = Object.fromEntries(Object.entries(found.inputs).map(
      ([name, array]) => [name, unpack(array)]));
    const known = Object.entries(found.targets).map((pair) => pair.join(": ")).join(", ");
    note.textContent = `test graph ${found.number + 1} of ${found.rows}; true ${known}`;
    const pairs = nest([...edges.data], edges.shape);
    const once = new Map(pairs.map(([a, b]) => [Math.min(a, b) + 1e6 * Math.max(a, b),
      [Math.min(a, b), Math.max(a, b)]]));
    return { features: nest([...features.data], features.shape), edges: [...once.values()],
      places: circle(features.shape[0]) };
  } catch (error) {
    note.textContent = `${error.message}. This ring is made up.`;
    const nodes = [...Array(5).keys()];
    return { features: nodes.map(() => Array(width).fill(1)), places: circle(5),
      edges: nodes.map((k) => [k, (k + 1) % 5]) };
  }
}

function paint(context, { toX, toY }, { places, edges }, chosen) {
  context.strokeStyle = colour("quiet");
  context.lineWidth = 2;
  for (const [a, b] of edges) {
    context.beginPath();
    for (const [x, y] of [places[a], places[b]]) context.lineTo(toX(x), toY(y));
    context.stroke();
  }
  context.textAlign = "center";
  context.textBaseline = "middle";
  places.forEach(([x, y], k) => {
    context.fillStyle = k === chosen ? colour("warm") : CURVES[0];
    context.beginPath();
    context.arc(toX(x), toY(y), 14, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = "#fff";
    context.fillText(String(k + 1), toX(x), toY(y));
  });
}

// A frame of a training: curves, maps, points or pictures, as `runs/frames.py` describes them.

import { unpack } from "./api.js";
import { CURVES, extent } from "./colours.js";
import { colour, element, mark } from "./dom.js";
import { drawMap, picture } from "./map.js";
import { drawPlot } from "./plot.js";

const TIME = "t"; // is the horizontal axis

export function drawFrame(place, frame) {
  const known = Object.fromEntries(Object.entries(frame.known).map(([name, x]) => [name, unpack(x)]));
  const axes = frame.axes.map((axis) => unpack(axis).data);
  const values = unpack(frame.values);
  const draw = { curves: drawCurves, maps: drawMaps, points: drawPoints, pictures: drawPictures };
  draw[frame.kind](place, frame, values, axes, known);
}

// The canvases of a place: those that are there, or new ones.
function canvases(place, names) {
  if (place.querySelectorAll("canvas.plot").length !== names.length) {
    place.replaceChildren(...names.map((name) => element("figure", {},
      mark(element("canvas", { className: "plot" }), { role: "img", "aria-label": name }),
      element("figcaption", { textContent: names.length > 1 ? name : "" }))));
  }
  return [...place.querySelectorAll("canvas.plot")];
}

const part = ({ shape, data }, number) => {
  const size = data.length / shape[0];
  return data.subarray(number * size, (number + 1) * size);
};

// The rows of (rows, 2) as two lists.
const columns = ({ data }) => [0, 1].map((c) => [...data].filter((_, k) => k % 2 === c));

function drawCurves(place, { panels, labels }, values, [xs], known) {
  const [canvas] = canvases(place, [panels.join(", ")]);
  const truths = known.truth ? panels.map((_, k) => ({ xs, ys: part(known.truth, k), width: 3,
    colour: colour("ink") })) : [];
  const networks = panels.map((_, k) => ({ xs, ys: part(values, k), dash: [8, 4],
    colour: panels.length > 1 ? CURVES[k % CURVES.length] : CURVES[1] }));
  const points = known.points && !known.truth ? [{ xs: columns(known.points)[0], ys: columns(known.points)[1],
    colour: colour("quiet"), size: 2 }] : [];
  const y = known.truth ? extent(known.truth.data) : undefined;
  const room = y ? 0.3 * (y[1] - y[0]) : 0;
  drawPlot(canvas, { curves: [...truths, ...networks], points, xLabel: labels[0],
    yLabel: labels[1], y: y && [y[0] - room, y[1] + room] });
  explain(place, known.truth ? "Solid: the truth. Dashed: the network." : "");
}

// What the lines or the points of a single figure mean.
function explain(place, text) {
  place.querySelector("figcaption").textContent = text;
}

function drawMaps(place, { panels, labels }, values, axes, known) {
  const [xs, ys] = axes;
  const turned = labels[1] === TIME;
  const draw = (canvas, data) => {
    const [across, up] = turned ? [ys, xs] : [xs, ys];
    const shown = turned ? Float32Array.from(data, (_, k) =>
      data[(k % ys.length) * xs.length + Math.floor(k / ys.length)]) : data;
    const ends = known.classes ? [0, 1] : undefined;
    return drawMap(canvas, {
      values: shown, count: [across.length, up.length], ends, map: known.classes ? "diverging" : "viridis",
      x: [across[0], across.at(-1)], y: [up[0], up.at(-1)],
      xLabel: labels[turned ? 1 : 0], yLabel: labels[turned ? 0 : 1], aspect: 0.75,
    });
  };
  canvases(place, panels).forEach((canvas, k) => {
    const { toX, toY } = draw(canvas, part(values, k));
    if (!known.classes) return;
    const context = canvas.getContext("2d");
    const [px, py] = columns(known.points);
    px.forEach((x, row) => {
      context.beginPath();
      context.arc(toX(x), toY(py[row]), 6, 0, 2 * Math.PI);
      context.fillStyle = known.classes.data[row] > 0.5 ? "#b2182b" : "#2166ac";
      context.strokeStyle = "#ffffff";
      context.lineWidth = 1.5;
      context.fill();
      context.stroke();
    });
  });
}

function drawPoints(place, { labels }, values, axes, known) {
  const [canvas] = canvases(place, ["rows that the network draws"]);
  const [xs, ys] = columns(values);
  const real = known.points ? columns(known.points) : [xs, ys];
  const points = [{ xs: real[0], ys: real[1], colour: colour("quiet"), size: 1.5 },
    { xs, ys, colour: CURVES[1], size: 1.8 }];
  const [x, y] = real.map((values_) => {
    const [low, high] = extent(values_);
    return [low - 0.1 * (high - low), high + 0.1 * (high - low)];
  });
  drawPlot(canvas, { points, x, y, xLabel: labels[0], yLabel: labels[1], aspect: 0.85 });
  explain(place, "Grey: rows of the data. Red: rows that the network draws.");
}

function drawPictures(place, frame, { shape, data }) {
  const made = picture({ shape: shape.slice(1), data }, { largest: 1, size: 4000 });
  made.style.width = "100%";
  place.replaceChildren(made);
}

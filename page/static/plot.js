// Axes with curves, bands and points, on a canvas as sharp as the screen.

import { CURVES, extent } from "./colours.js";
import { colour } from "./dom.js";

const FONT = '14px system-ui, "Segoe UI", Roboto, sans-serif';

// Give a canvas as many pixels as it has on the screen; return its context, width and height.
export function sharpen(canvas, aspect = 0.6) {
  const ratio = devicePixelRatio || 1;
  const width = Math.max(120, canvas.clientWidth || canvas.parentElement?.clientWidth || 320);
  const height = Math.round(Math.max(width * aspect, Math.min(200, 0.6 * width)));
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = FONT;
  return { context, width, height };
}

// About `count` round numbers from low to high.
export function ticks(low, high, count) {
  const raw = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((x) => x * power).find((x) => x >= raw) ?? raw;
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
    found.push(Number((k * step).toPrecision(12)));
  }
  return found;
}

const write = (x) => {
  const size = Math.abs(x);
  return size !== 0 && (size >= 1e5 || size < 1e-3) ? x.toExponential(0).replace("e+", "e")
    : String(Number(x.toPrecision(4)));
};

// Draw axes; return the functions from numbers to places.
export function drawAxes({ context, width, height }, x, y, { xLabel = "", yLabel = "" } = {}) {
  const [xs, ys] = [ticks(...x, width / 75), ticks(...y, height / 45)];
  const names = ys.map(write);
  const left = 12 + Math.max(...names.map((name) => context.measureText(name).width), 8);
  const [top, bottom, right] = [yLabel ? 24 : 8, xLabel ? 42 : 24, 12];
  const box = { left, top, width: width - left - right, height: height - top - bottom };
  const toX = (value) => left + ((value - x[0]) / (x[1] - x[0])) * box.width;
  const toY = (value) => top + box.height - ((value - y[0]) / (y[1] - y[0])) * box.height;
  context.clearRect(0, 0, width, height);
  context.lineWidth = 1;
  context.strokeStyle = colour("line");
  context.fillStyle = colour("quiet");
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const value of xs) {
    line(context, [[toX(value), top], [toX(value), top + box.height]]);
    context.fillText(write(value), toX(value), top + box.height + 6);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  ys.forEach((value, k) => {
    line(context, [[left, toY(value)], [left + box.width, toY(value)]]);
    context.fillText(names[k], left - 6, toY(value));
  });
  context.fillStyle = colour("ink");
  context.textAlign = "center";
  context.textBaseline = "bottom";
  const below = shorten(context, xLabel, width - 8);
  const half = context.measureText(below).width / 2; // it may be wider than the axis
  const middle = Math.max(half + 4, Math.min(left + box.width / 2, width - half - 4));
  context.fillText(below, middle, height - 2);
  context.textAlign = "left";
  context.textBaseline = "top";
  context.fillText(shorten(context, yLabel, width - 8), 4, 3);
  return { toX, toY, box };
}

// Leave out the middle of a text that is too wide; names often differ at their ends.
function shorten(context, text, width) {
  let [shorter, kept] = [text, text.length];
  while (context.measureText(shorter).width > width && kept > 2) {
    kept -= 1;
    shorter = `${text.slice(0, Math.ceil(kept / 2))}…${text.slice(-Math.floor(kept / 2))}`;
  }
  return shorter;
}

function line(context, points) {
  context.beginPath();
  let down = false;
  for (const [x, y] of points) {
    if (!Number.isFinite(y)) down = false;
    else if (down) context.lineTo(x, y);
    else {
      context.moveTo(x, y);
      down = true;
    }
  }
  context.stroke();
}

// Draw `curves` {xs, ys, colour, width, dash, low, high}, `points` {xs, ys, colour, size}, and a
// vertical line `at`; return what `drawAxes` returns.
export function drawPlot(canvas, { curves = [], points = [], x, y, at, aspect, ...labels }) {
  const sheet = sharpen(canvas, aspect);
  const all = [...curves, ...points];
  const gather = (...keys) => all.flatMap((one) => keys.flatMap((key) => [...(one[key] ?? [])]));
  const xEnds = x ?? extent(gather("xs"));
  const [low, high] = y ?? extent(gather("ys", "low", "high"));
  const room = y ? 0 : 0.05 * (high - low);
  const axes = drawAxes(sheet, xEnds, [low - room, high + room], labels);
  const { context } = sheet;
  const { box, toX, toY } = axes;
  context.save();
  context.beginPath();
  context.rect(box.left - 1, box.top - 1, box.width + 2, box.height + 2);
  context.clip();
  if (at !== undefined) {
    context.strokeStyle = colour("ink");
    context.setLineDash([4, 3]);
    line(context, [[toX(at), box.top], [toX(at), box.top + box.height]]);
    context.setLineDash([]);
  }
  curves.forEach((curve, k) => {
    const ink = curve.colour ?? CURVES[k % CURVES.length];
    if (curve.low) drawBand(context, axes, curve, ink);
    context.strokeStyle = ink;
    context.lineWidth = curve.width ?? 2.2;
    context.setLineDash(curve.dash ?? []);
    const ys = [...curve.ys];
    line(context, ys.map((value, i) => [toX(curve.xs[i]), toY(value)]));
    context.setLineDash([]);
  });
  for (const { xs, ys, colour: ink, size = 3 } of points) {
    context.fillStyle = ink ?? CURVES[0];
    for (let i = 0; i < xs.length; i++) {
      context.beginPath();
      context.arc(toX(xs[i]), toY(ys[i]), size, 0, 2 * Math.PI);
      context.fill();
    }
  }
  context.restore();
  return axes;
}

function drawBand(context, { toX, toY }, { xs, low, high }, ink) {
  context.globalAlpha = 0.2;
  context.fillStyle = ink;
  context.beginPath();
  [...high].forEach((value, i) => context.lineTo(toX(xs[i]), toY(value)));
  for (let i = low.length - 1; i >= 0; i--) context.lineTo(toX(xs[i]), toY(low[i]));
  context.fill();
  context.globalAlpha = 1;
}

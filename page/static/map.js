// Numbers over a plane as colours, with axes and a colour bar; and small pictures.

import { MAPS, extent } from "./colours.js";
import { colour, element, shown } from "./dom.js";
import { drawAxes, sharpen } from "./plot.js";

// A picture of `(rows, columns)` numbers or colours, one pixel each, as a canvas.
export function paint(rows, columns, pick) {
  const canvas = element("canvas", { width: columns, height: rows });
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  for (let k = 0; k < rows * columns; k++) image.data.set([...pick(k), 255], 4 * k);
  context.putImageData(image, 0, 0);
  return canvas;
}

// Draw a function of two coordinates. `values` run over x, the faster one, then y upwards.
export function drawMap(canvas, { values, pick, x, y, count, ends, map = "viridis", aspect = 0.8,
  smooth = true, ...labels }) {
  const sheet = sharpen(canvas, aspect);
  const [low, high] = ends ?? (values ? extent(values) : [0, 1]);
  const choose = pick ?? ((k) => MAPS[map]((values[k] - low) / (high - low)));
  const bar = values ? 74 : 0;
  const axes = drawAxes({ ...sheet, width: sheet.width - bar }, x, y, labels);
  const { context } = sheet;
  const { box } = axes;
  const [columns, rows] = count;
  const flipped = (k) => choose((rows - 1 - Math.floor(k / columns)) * columns + (k % columns));
  context.imageSmoothingEnabled = smooth;
  context.drawImage(paint(rows, columns, flipped), box.left, box.top, box.width, box.height);
  if (values) drawBar(sheet, box, [low, high], map);
  return axes;
}

function drawBar({ context, width }, { top, height }, [low, high], map) {
  const left = width - 66;
  const strip = paint(64, 1, (k) => MAPS[map](1 - k / 63));
  context.drawImage(strip, left, top, 12, height);
  context.fillStyle = colour("quiet");
  context.textAlign = "left";
  for (const [share, base] of [[0, "bottom"], [0.5, "middle"], [1, "top"]]) {
    context.textBaseline = base;
    const value = low + share * (high - low);
    const isZero = Math.abs(value) < 1e-3 * (high - low);
    context.fillText(isZero ? 0 : Number(value.toPrecision(2)), left + 16, top + (1 - share) * height);
  }
}

// A small picture: `(height, width, channels)` values from 0 to `largest`, or numbers as colours.
export function picture({ shape, data }, { largest, map = "grey", ends, size = 96, title } = {}) {
  const [height, width, channels = 1] = shape;
  const [low, high] = ends ?? (largest ? [0, largest] : extent(data));
  const pick = channels >= 3
    ? (k) => [0, 1, 2].map((c) => (255 * (data[k * channels + c] - low)) / (high - low))
    : (k) => MAPS[map]((data[k * channels] - low) / (high - low || 1));
  const canvas = paint(height, width, pick);
  canvas.className = "pixels";
  canvas.style.width = `${Math.round(size * Math.min(1, width / height))}px`;
  canvas.title = title ?? `from ${shown(low)} to ${shown(high)}`;
  return canvas;
}

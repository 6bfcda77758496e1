// A curve to draw on with the mouse, or with the arrow keys.

import { CURVES, extent } from "./colours.js";
import { colour, element } from "./dom.js";
import { drawPlot } from "./plot.js";

// `values` are changed in place; `use` is called after each change. `draw` takes what else to show:
// further curves, and the ends of the axes.
export function makeCurve(values, use) {
  const canvas = element("canvas", { className: "plot curve", tabIndex: 0, role: "application" });
  canvas.ariaLabel = "Curve. Left and right choose a point, up and down move it.";
  let [axes, more, last, point] = [null, {}, null, null];
  const draw = (further = more) => {
    more = further;
    const xs = [...values.keys()].map(more.toX ?? ((k) => k));
    const points = point === null ? []
      : [{ xs: [xs[point]], ys: [values[point]], size: 6, colour: colour("warm") }];
    const own = { xs, ys: values, colour: CURVES[0] };
    axes = { xs, ...drawPlot(canvas, { aspect: 0.42, ...more, curves: [own, ...(more.curves ?? [])],
      points }) };
  };
  const find = (event) => {
    const { box, xs, toX } = axes;
    const scale = (event.offsetX - toX(xs[0])) / (toX(xs.at(-1)) - toX(xs[0]) || 1);
    const k = Math.round(scale * (values.length - 1));
    const low = axes.toY(0);
    const unit = axes.toY(1) - low;
    const y = (Math.min(box.top + box.height, Math.max(box.top, event.offsetY)) - low) / unit;
    return [k, y];
  };
  const put = ([k0, y0], [k1, y1]) => {
    const count = Math.abs(k1 - k0);
    for (let i = 0; i <= count; i++) {
      const share = count ? i / count : 1;
      const k = k0 + Math.sign(k1 - k0) * i;
      if (k >= 0 && k < values.length) values[k] = y0 + (y1 - y0) * share;
    }
    draw();
    use();
  };
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    more.y ??= padded(extent([...values, ...(more.curves ?? []).flatMap(({ ys }) => [...ys])]));
    [point, last] = [null, find(event)];
    put(last, last);
  };
  canvas.onpointermove = (event) => {
    if (!last || !event.buttons) return;
    const next = find(event);
    put(last, next);
    last = next;
  };
  canvas.onpointerup = () => (last = null);
  canvas.onkeydown = (event) => {
    const [low, high] = extent(values);
    const step = (high - low) / 50;
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const [dx, dy] = moves[event.key];
    point = Math.min(values.length - 1, Math.max(0, (point ?? values.length - 1) + dx));
    values[point] += dy * step;
    draw();
    if (dy) use();
  };
  canvas.onblur = () => {
    point = null;
    draw();
  };
  return { canvas, draw };
}

const padded = ([low, high]) => [low - 0.15 * (high - low), high + 0.15 * (high - low)];

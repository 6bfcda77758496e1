// A plane with things that one takes and moves with the mouse.

import { element } from "./dom.js";
import { drawPlot } from "./plot.js";

const NEAR = 22; // pixels on the screen

// `places` returns [[x, y], ...]. `take(k, [x, y])` is called while the k-th is moved, `press(k)`
// when it was only touched, k null beside all of them. `paint(context, axes)` draws on the plane.
export function makeSheet({ places, take, press = () => {}, paint }) {
  const canvas = element("canvas", { className: "plot curve", role: "img" });
  let [axes, held, moved] = [null, null, false];
  const draw = (ends) => {
    axes = drawPlot(canvas, { ...ends, aspect: 0.75 });
    paint(canvas.getContext("2d"), axes);
  };
  const find = ({ offsetX: x, offsetY: y }) => {
    const distances = places().map(([u, v]) => Math.hypot(axes.toX(u) - x, axes.toY(v) - y));
    const nearest = distances.indexOf(Math.min(...distances));
    return distances[nearest] < NEAR ? nearest : null;
  };
  const locate = ({ offsetX, offsetY }) => {
    const { toX, toY } = axes;
    return [(offsetX - toX(0)) / (toX(1) - toX(0)), (offsetY - toY(0)) / (toY(1) - toY(0))];
  };
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    [held, moved] = [find(event), false];
  };
  canvas.onpointermove = (event) => {
    if (held === null || !event.buttons) return;
    moved = true;
    take(held, locate(event));
  };
  canvas.onpointerup = () => {
    if (!moved) press(held);
    held = null;
  };
  return { canvas, draw };
}

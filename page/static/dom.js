// Elements of the page. Text from runs and files only ever becomes text, never markup.

export { element, label, linspace, range, shown } from "./widgets.js";

// An attribute that is no property, such as aria-label.
export function mark(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

// Seconds in words.
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "";
  const [unit, size] = seconds < 60 ? ["s", 1] : seconds < 3600 ? ["min", 60] : ["h", 3600];
  return `${Number((seconds / size).toPrecision(2))} ${unit}`;
}

// Call f at most once a frame, with what was asked for last.
export function once(f) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      f();
    });
  };
}

// The value of a colour of the style sheet, for a canvas.
export const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

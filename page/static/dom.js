// Elements of the page. Text from runs and files only ever becomes text, never markup.

export function element(kind, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(kind), attributes);
  made.append(...children);
  return made;
}

// An attribute that is no property, such as aria-label.
export function mark(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

export const shown = (x, digits = 4) =>
  (typeof x === "number" ? (Number.isFinite(x) ? String(Number(x.toPrecision(digits))) : "–")
    : String(x));

// Seconds in words.
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 60) return `${shown(seconds, 2)} s`;
  return seconds < 3600 ? `${shown(seconds / 60, 2)} min` : `${shown(seconds / 3600, 2)} h`;
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

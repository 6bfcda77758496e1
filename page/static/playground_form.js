// The fields of the playground.

import { element, mark } from "./dom.js";

const MOST_LAYERS = 4;
const MOST_UNITS = 8;

const named = (text, ...inside) =>
  element("label", { className: "field" }, element("span", { textContent: text }), ...inside);

// A menu. `options` are values, or pairs of a value and its text.
export function choices(text, options, value, use) {
  const menu = element("select", {}, ...options.map((option) => {
    const [key, name] = Array.isArray(option) ? option : [option, option];
    return element("option", { value: String(key), textContent: String(name) });
  }));
  menu.value = String(value);
  menu.onchange = () => use(menu.value);
  return named(text, menu);
}

export function slider(text, min, max, step, value, use) {
  const input = element("input", { type: "range", min, max, step });
  input.value = value;
  const output = element("output", { textContent: String(value) });
  input.oninput = () => {
    output.textContent = input.value;
    use(Number(input.value));
  };
  return named(text, input, output);
}

// Boxes to tick; `use` gets the names of those that are.
export function checks(text, options, chosen, use) {
  const boxes = options.map(([name, title]) => {
    const box = element("input", { type: "checkbox", checked: chosen.includes(name) });
    box.onchange = () => {
      const found = boxes.filter(([, input]) => input.checked).map(([key]) => key);
      if (!found.length && options.length > 1) box.checked = true; // one must stay
      else use(found);
    };
    return [name, box, element("label", { className: "key" }, box, title || text)];
  });
  const row = element("div", { className: "legend" }, ...boxes.map(([, , label]) => label));
  return mark(row, { role: "group", "aria-label": text });
}

// The units of each hidden layer, and buttons for more or fewer layers.
export function layersOf(hidden, use) {
  const row = mark(element("div", { className: "row layers" }),
    { role: "group", "aria-label": "Units of the hidden layers" });
  const change = (units) => {
    hidden = units;
    draw();
    use([...hidden]);
  };
  const step = (textContent, ariaLabel, disabled, make) => element("button", {
    type: "button", textContent, ariaLabel, disabled,
    onclick: () => {
      change(make());
      row.querySelector(`[aria-label="${ariaLabel}"]`).focus();
    },
  });
  const draw = () => {
    const boxes = hidden.map((units, k) => {
      const box = element("input", { type: "number", min: 1, max: MOST_UNITS, value: units });
      box.ariaLabel = `Units of hidden layer ${k + 1}`;
      box.onchange = () => {
        const value = Math.min(MOST_UNITS, Math.max(1, Math.round(Number(box.value)) || 1));
        box.value = value;
        hidden = hidden.map((old, other) => (other === k ? value : old));
        use([...hidden]);
      };
      return box;
    });
    row.replaceChildren(element("span", { textContent: "Hidden units" }), ...boxes,
      step("−", "One layer fewer", !hidden.length, () => hidden.slice(0, -1)),
      step("+", "One layer more", hidden.length === MOST_LAYERS, () => [...hidden, 2]));
  };
  draw();
  return row;
}

// Widgets for a row of inputs: sliders, menus, dates, and a picture to draw on.
//
// A module of the page of play.py; an exported page has it without the word `export`.

export function element(kind, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(kind), attributes);
  made.append(...children);
  return made;
}

export const label = ({ name, unit }) => (unit ? `${name} [${unit}]` : name);
export const shown = (x) => {
  if (typeof x !== "number") return String(x);
  if (!Number.isFinite(x)) return "–";
  const isTiny = x !== 0 && Math.abs(x) < 1e-3;
  return isTiny ? x.toExponential(3).replace(/\.?0+e/, "e") : String(Number(x.toPrecision(4)));
};

// Where most of a column's training rows lie.
export function range({ mean, std, limits }) {
  const [low, high] = [mean - 3 * std, mean + 3 * std];
  return limits.length ? [Math.max(low, limits[0]), Math.min(high, limits[1])] : [low, high];
}

export function linspace([low, high], count) {
  return [...Array(count).keys()].map((k) => low + ((high - low) * k) / (count - 1));
}

const nameOf = (column) => element("span", { textContent: label(column) });

// Each widget puts its value into `row` and calls `update`.
export const WIDGETS = {
  number(column, row, update) {
    const [min, max] = range(column);
    const slider = element("input", { type: "range", min, max, step: (max - min) / 500 });
    const box = element("input", { type: "number", step: "any", ariaLabel: label(column) });
    const put = (value) => {
      row[column.name] = value;
      update();
    };
    slider.oninput = () => put(Number((box.value = shown(Number(slider.value)))));
    box.oninput = () => {
      if (box.value !== "") slider.value = box.value;
      if (box.value !== "" || column.has_missing) put(box.value === "" ? NaN : Number(box.value));
    };
    if (column.has_missing) box.placeholder = "missing";
    row[column.name] = column.mean;
    slider.value = column.mean;
    box.value = shown(column.mean);
    return element("label", { className: "field" }, nameOf(column), slider, box);
  },

  category(column, row, update) {
    const words = [...column.vocabulary, ""];
    const options = words.map((value) =>
      element("option", { value, textContent: value || "(missing or different)" }));
    const menu = element("select", {}, ...options);
    menu.oninput = () => {
      row[column.name] = menu.value;
      update();
    };
    row[column.name] = menu.value = words[0];
    return element("label", { className: "field" }, nameOf(column), menu);
  },

  date(column, row, update) {
    const value = new Date(Math.round(column.mean) * 86400000).toISOString().slice(0, 10);
    const box = element("input", { type: "date", value });
    box.oninput = () => {
      row[column.name] = box.value;
      update();
    };
    row[column.name] = value;
    return element("label", { className: "field" }, nameOf(column), box);
  },

  image(column, row, update) {
    const pad = makePad(column.shape, (pixels) => {
      row[column.name] = [...pixels].map((x) => x * column.max_pixel);
      update();
    });
    const text = "Draw with the mouse, as large as it goes. ";
    const note = element("p", { className: "note" }, text, pad.clear);
    pad.show();
    return element("div", {}, pad.canvas, note);
  },
};

const PAD = 320; // pixels of a picture on the screen

// A picture to draw on. `use` gets its pixels, from 0 to 1, each time they change.
export function makePad([height, width, channels], use) {
  const cell = Math.max(1, Math.floor(PAD / Math.max(width, height)));
  const size = { width: width * cell, height: height * cell };
  const canvas = element("canvas", { className: "draw", tabIndex: 0, ...size });
  canvas.ariaLabel = "Picture. The arrow keys move the pen, the space bar draws, Delete clears.";
  canvas.role = "application";
  const context = canvas.getContext("2d");
  const pixels = new Array(height * width * channels).fill(0);
  let [last, pen] = [null, null];
  const show = () => {
    for (let k = 0; k < height * width; k++) {
      const [r, g = r, b = r] = pixels.slice(k * channels, k * channels + Math.min(channels, 3));
      context.fillStyle = `rgb(${[r, g, b].map((x) => Math.round(255 * x))})`;
      context.fillRect((k % width) * cell, Math.floor(k / width) * cell, cell, cell);
    }
    if (pen) {
      context.strokeStyle = "#ee7733";
      context.lineWidth = 2;
      context.strokeRect((pen[0] - 0.5) * cell, (pen[1] - 0.5) * cell, cell, cell);
    }
    use(pixels);
  };
  const stroke = (from, to) => {
    addStroke(pixels, [width, height, channels], from, to);
    show();
  };
  const find = (event) => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return [(x / box.width) * width, (y / box.height) * height];
  };
  canvas.onpointerdown = (event) => {
    [last, pen] = [find(event), null];
    stroke(last, last);
  };
  canvas.onpointermove = (event) => {
    if (!last || !event.buttons) return;
    const next = find(event);
    stroke(last, next);
    last = next;
  };
  const set = (values) => {
    values.forEach((x, k) => (pixels[k] = x));
    last = null;
    show();
  };
  const empty = () => set(new Array(pixels.length).fill(0));
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.onkeydown = (event) => {
    if (event.key === "Delete" || event.key === "Backspace") empty();
    else if (event.key === " ") stroke((pen ??= [width / 2, height / 2]), pen);
    else if (event.key in steps) {
      const [x, y] = pen ?? [Math.floor(width / 2) + 0.5, Math.floor(height / 2) + 0.5];
      const [dx, dy] = steps[event.key];
      pen = [Math.min(width - 0.5, Math.max(0.5, x + dx)),
        Math.min(height - 0.5, Math.max(0.5, y + dy))];
      show();
    } else return;
    event.preventDefault();
  };
  canvas.onblur = () => {
    if (pen) [pen] = [null, show()];
  };
  const clear = element("button", { type: "button", textContent: "Clear", onclick: empty });
  return { canvas, clear, set, show };
}

// Lighten the pixels of a picture near a line, as a pen of about a tenth of its width does.
function addStroke(pixels, [width, height, channels], [x0, y0], [x1, y1]) {
  const radius = 0.5 + 0.03 * width;
  const [dx, dy] = [x1 - x0, y1 - y0];
  const square = dx * dx + dy * dy;
  for (let k = 0; k < width * height; k++) {
    const [x, y] = [(k % width) + 0.5 - x0, Math.floor(k / width) + 0.5 - y0];
    const along = square ? Math.min(1, Math.max(0, (x * dx + y * dy) / square)) : 0;
    const distance = Math.hypot(x - along * dx, y - along * dy);
    const light = Math.min(1, Math.max(0, radius + 0.5 - distance));
    for (let c = k * channels; c < (k + 1) * channels; c++) pixels[c] = Math.max(pixels[c], light);
  }
}

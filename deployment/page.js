// The page: a widget for each input, the answers, and a plot over one or two inputs.

const COLOURS = [
  "#4477aa", "#cc3311", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#ee7733", "#555555",
];
const CURVE = 200; // points of a curve
const CELLS = 60; // cells of a surface along each axis
const [DARK, LIGHT] = [[30, 30, 100], [250, 225, 70]];
const WIDTH = 320; // pixels of a plot

// Rows that are all like one, {input: [value, value, ...]}.
function repeat(row, count) {
  return Object.fromEntries(Object.entries(row).map(([name, x]) => [name, Array(count).fill(x)]));
}

// The answers for one row: bars for the classes, or the number.
function showAnswers(page, row, place) {
  const answers = answerRows(page, repeat(row, 1));
  place.replaceChildren(...page.targets.flatMap((target) => {
    const answer = answers[target.name];
    const title = element("div", { textContent: label(target) });
    if (!target.classes.length) {
      const std = answer.std ? ` ± ${shown(answer.std[0])}` : "";
      const text = [answer.values[0]].flat().map(shown).join(", ");
      return [title, element("div", { className: "answer", textContent: text + std })];
    }
    const bars = target.classes.map((name, k) => {
      const share = answer.probabilities[0][k];
      const bar = element("i");
      bar.style.width = `${100 * share}%`;
      const chosen = name === answer.labels[0] ? "bar chosen" : "bar";
      const [before, after] = [name, `${(100 * share).toFixed(1)} %`].map((textContent) =>
        element("span", { textContent }));
      return element("div", { className: chosen }, before, bar, after);
    });
    const big = element("div", { className: "answer", textContent: answer.labels[0] });
    return [title, big, ...bars];
  }));
}

// What a plot shows of an answer: numbers between low and high, or probabilities by class.
function readCurves(target, answer) {
  if (!target.classes.length) return [answer.values.map((x) => [x].flat()[0])];
  return target.classes.map((_, k) => answer.probabilities.map((line) => line[k]));
}

// The first target over one input, the others as they are.
function drawCurve(page, row, column, canvas) {
  const xs = linspace(range(column), CURVE);
  const rows = repeat(row, CURVE);
  const target = page.targets[0];
  const answer = answerRows(page, { ...rows, [column.name]: xs })[target.name];
  const curves = readCurves(target, answer);
  const ends = [Math.min(...curves[0]), Math.max(...curves[0])];
  const [low, high] = target.classes.length ? [0, 1] : ends;
  const context = canvas.getContext("2d");
  const [width, height] = [canvas.width, canvas.height];
  const toY = (y) => height - 8 - ((y - low) / (high - low || 1)) * (height - 16);
  context.clearRect(0, 0, width, height);
  curves.forEach((curve, k) => {
    context.strokeStyle = COLOURS[k % COLOURS.length];
    context.lineWidth = 2;
    context.beginPath();
    curve.forEach((y, i) => context.lineTo((i / (CURVE - 1)) * width, toY(y)));
    context.stroke();
  });
  const [first, last] = [xs[0], xs.at(-1)];
  const at = ((row[column.name] - first) / (last - first)) * width;
  context.fillStyle = "#888";
  context.fillRect(at, 0, 1, height);
  const across = `${label(column)} from ${shown(first)} to ${shown(last)}`;
  return `${across}; ${label(target)} from ${shown(low)} to ${shown(high)}`;
}

// The first target over two inputs: the mixture of the classes' colours, or dark to light.
function drawSurface(page, row, [across, up], canvas) {
  const [xs, ys] = [linspace(range(across), CELLS), linspace(range(up), CELLS)];
  const count = CELLS * CELLS;
  const rows = repeat(row, count);
  rows[across.name] = [...Array(count).keys()].map((k) => xs[k % CELLS]);
  rows[up.name] = [...Array(count).keys()].map((k) => ys[Math.floor(k / CELLS)]);
  const target = page.targets[0];
  const curves = readCurves(target, answerRows(page, rows)[target.name]);
  const values = curves[0].toSorted((a, b) => a - b);
  const [low, high] = [values[0], values.at(-1)];
  const colours = target.classes.map((_, k) => [1, 3, 5].map((at) =>
    parseInt(COLOURS[k % COLOURS.length].slice(at, at + 2), 16)));
  const mix = target.classes.length
    ? (k) => [0, 1, 2].map((part) => sum(colours.map((rgb, i) => curves[i][k] * rgb[part])))
    : (k) => DARK.map((dark, part) =>
      dark + ((LIGHT[part] - dark) * (curves[0][k] - low)) / (high - low || 1));
  const context = canvas.getContext("2d");
  const [wide, tall] = [canvas.width / CELLS, canvas.height / CELLS];
  for (let k = 0; k < count; k++) {
    context.fillStyle = `rgb(${mix(k).map(Math.round)})`;
    const top = canvas.height - (Math.floor(k / CELLS) + 1) * tall;
    context.fillRect((k % CELLS) * wide, top, wide + 1, tall + 1);
  }
  const place = ({ name }, values) => (row[name] - values[0]) / (values.at(-1) - values[0]);
  context.strokeStyle = "#000";
  context.lineWidth = 2;
  const [x, y] = [place(across, xs) * canvas.width, (1 - place(up, ys)) * canvas.height];
  context.strokeRect(x - 4, y - 4, 8, 8);
  const numbers = `; ${label(target)} from ${shown(low)} (dark) to ${shown(high)}`;
  const scale = target.classes.length ? "" : numbers;
  const ends = ({ name }, values) => `${name} from ${shown(values[0])} to ${shown(values.at(-1))}`;
  return `${ends(across, xs)} to the right; ${ends(up, ys)} upwards${scale}`;
}

// The plot, and menus for its inputs where there are more than it shows.
function makePlot(page, row, place) {
  const numbers = page.columns.filter((column) => column.kind === "number");
  if (!numbers.length) return () => {};
  const canvas = element("canvas", { width: WIDTH, height: WIDTH });
  const note = element("p", { className: "note" });
  const axes = numbers.slice(0, 2);
  let redraw;
  const menus = axes.map((_, which) => {
    const options = numbers.map((column, k) =>
      element("option", { value: String(k), textContent: label(column) }));
    const menu = element("select", {}, ...options);
    menu.value = String(which);
    menu.oninput = () => {
      axes[which] = numbers[Number(menu.value)];
      redraw();
    };
    return menu;
  });
  const legend = page.targets[0].classes.map((name, k) => {
    const entry = element("b", { textContent: ` ${name} ` });
    entry.style.color = COLOURS[k % COLOURS.length];
    return entry;
  });
  const choice = numbers.length > 2 ? menus : [];
  const over = axes.length > 1 ? "over two inputs" : `over ${label(axes[0])}`;
  const heading = element("h2", { textContent: `${label(page.targets[0])} ${over}` });
  place.append(heading, element("div", {}, ...legend, ...choice), canvas, note);
  redraw = () => {
    note.textContent = axes.length > 1
      ? drawSurface(page, row, axes, canvas)
      : drawCurve(page, row, axes[0], canvas);
  };
  return redraw;
}

function showPage(page) {
  const row = {};
  const parts = ["inputs", "answers", "plot"];
  const [inputs, answers, plot] = parts.map((id) => document.getElementById(id));
  let [ready, waiting, redraw] = [false, false, () => {}];
  const update = () => {
    if (!ready) return;
    showAnswers(page, row, answers);
    if (waiting) return; // a slider moves faster than a surface is drawn
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      redraw();
    });
  };
  inputs.append(...page.columns.map((column) => WIDGETS[column.kind](column, row, update)));
  redraw = makePlot(page, row, plot);
  ready = true;
  update();
}

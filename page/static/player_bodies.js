// Bodies in the plane: where they are and how fast, and where the network says that they go.

import { answer, get, newest, runPath, unpack } from "./api.js";
import { CURVES, extent } from "./colours.js";
import { colour, element, mark } from "./dom.js";
import { nest } from "./player_picture.js";
import { slider } from "./player_generator.js";
import { makeSheet } from "./sheet.js";

const FRAME = 40; // milliseconds
const STATE = ["positions", "velocities"];

export async function play(place, run) {
  const columns = run.endpoints.rollout.map((name) => run.inputs[name])
    .filter(({ kind }) => kind === "bodies");
  const waiting = element("p", { className: "note", textContent: "An example is being loaded ..." });
  place.append(waiting);
  const note = mark(element("p", { className: "note" }), { "aria-live": "polite" });
  let state = await begin(run, columns, 0, note);
  waiting.remove();
  let [path, frame, steps, timer, number] = [null, 0, 300, null, 0];
  const numbers = element("div");

  const ask = newest((inputs) => answer(run.row.name, { endpoint: "rollout", inputs }),
    ({ outputs }) => {
      const { shape: [, times, bodies, width], data } = outputs.positions;
      path = { times, bodies, at: (t, body, axis) => data[(t * bodies + body) * width + axis] };
      frame = Math.min(frame, times - 1);
      draw();
    }, (error) => (note.textContent = error.message));
  const update = () => {
    const rows = Object.fromEntries(Object.entries(state).map(([name, x]) => [name, [x]]));
    ask({ ...rows, steps });
  };
  const sheet = makeSheet({
    places: () => state.positions,
    take: (body, [x, y]) => {
      stop();
      frame = 0;
      [state.positions[body][0], state.positions[body][1]] = [x, y];
      showNumbers();
      update();
    },
    paint: (context, axes) => paint(context, axes, state, path, frame),
  });
  sheet.canvas.ariaLabel = "Bodies and their paths; the numbers below move them too";
  const draw = () => sheet.draw(findEnds(state, path));
  const stop = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = "Play";
  };
  const make = (textContent, onclick) => element("button", { type: "button", textContent, onclick });
  const button = make("Play", () => {
    if (timer) return stop();
    if (!path) return;
    if (frame >= path.times - 1) frame = 0;
    button.textContent = "Stop";
    timer = setInterval(() => {
      frame = Math.min(path.times - 1, frame + Math.ceil(path.times / 150));
      draw();
      if (frame >= path.times - 1) stop();
    }, FRAME);
  });
  const restart = () => {
    stop();
    frame = 0;
    showNumbers();
    update();
  };
  const buttons = [button,
    make("Add a body", () => {
      for (const column of columns) {
        const last = state[column.name].at(-1);
        state[column.name].push(Array.isArray(last) ? last.map((x) => x + 0.5) : last);
      }
      restart();
    }),
    make("Remove one", () => {
      if (state.positions.length < 2) return;
      for (const { name } of columns) state[name].pop();
      restart();
    }),
    make("Next example", async () => {
      state = await begin(run, columns, ++number, note);
      restart();
    })];
  const showNumbers = () => numbers.replaceChildren(makeNumbers(columns, state, () => {
    frame = 0;
    update();
  }));
  const time = slider({ label: "steps", min: 10, max: 1000, step: 10, value: steps }, (x) => {
    steps = Math.max(1, Math.round(x));
    update();
  });
  const how = "Take a body and move it; its line is the path that the network foresees.";
  place.append(element("p", { className: "note", textContent: how }),
    element("div", { className: "row" }, ...buttons), time.field, note,
    element("div", { className: "split" }, sheet.canvas, numbers));
  restart();
  addEventListener("resize", draw);
  return () => {
    stop();
    removeEventListener("resize", draw);
  };
}

// What the bodies of a test row are, or three of them where there is none.
async function begin(run, columns, number, note) {
  try {
    const found = await get(`${runPath(run.row.name)}/example?number=${number}&endpoint=rollout`);
    note.textContent = `test row ${found.number + 1} of ${found.rows}`;
    return Object.fromEntries(columns.map(({ name }) => {
      const { shape, data } = unpack(found.inputs[name]);
      return [name, nest([...data], shape)];
    }));
  } catch (error) {
    note.textContent = `${error.message}. These bodies are made up.`;
    return Object.fromEntries(columns.map(({ name, shape }) => [name, [0, 1, 2].map((k) => {
      const turn = (2 * Math.PI * k) / 3;
      const values = [Math.cos(turn), Math.sin(turn), 0].slice(0, shape[1]);
      return !shape[1] ? 1 : name === "positions" ? values : values.map(() => 0);
    })]));
  }
}

function findEnds({ positions }, path) {
  const of = (axis) => {
    const all = positions.map((place) => place[axis]);
    if (path) {
      for (let t = 0; t < path.times; t += 5) {
        for (let body = 0; body < path.bodies; body++) all.push(path.at(t, body, axis));
      }
    }
    return extent(all);
  };
  const [x, y] = [of(0), of(1)];
  const half = 0.55 * Math.max(x[1] - x[0], y[1] - y[0], 1);
  const around = ([low, high]) => [(low + high) / 2 - half, (low + high) / 2 + half];
  return { x: around(x), y: around(y) };
}

function paint(context, { toX, toY }, { positions }, path, frame) {
  positions.forEach((start, body) => {
    const ink = CURVES[body % CURVES.length];
    context.strokeStyle = context.fillStyle = ink;
    context.lineWidth = 1.5;
    let [x, y] = start;
    if (path && body < path.bodies) {
      context.globalAlpha = 0.5;
      context.beginPath();
      for (let t = 0; t < path.times; t++) {
        context.lineTo(toX(path.at(t, body, 0)), toY(path.at(t, body, 1)));
      }
      context.stroke();
      context.globalAlpha = 1;
      if (frame) [x, y] = [path.at(frame, body, 0), path.at(frame, body, 1)];
    }
    context.beginPath();
    context.arc(toX(x), toY(y), 9, 0, 2 * Math.PI);
    context.fill();
    context.strokeStyle = colour("paper");
    context.stroke();
  });
}

// A field for each number of each body.
function makeNumbers(columns, state, use) {
  const ordered = [...columns].sort((a, b) => STATE.indexOf(a.name) - STATE.indexOf(b.name));
  const names = ordered.flatMap(({ name, shape }) =>
    (shape.length > 1 ? ["x", "y", "z"].slice(0, shape[1]).map((axis) => `${name} ${axis}`) : [name]));
  const head = element("tr", {}, ...["body", ...names].map((name) =>
    element("th", { textContent: name, scope: "col" })));
  const rows = state.positions.map((_, body) => {
    const cells = ordered.flatMap(({ name }) => {
      const values = state[name][body];
      const axes = Array.isArray(values) ? [...values.keys()] : [null];
      return axes.map((axis) => {
        const value = axis === null ? values : values[axis];
        const box = element("input", { type: "number", step: "any", className: "short",
          value: Number(value.toPrecision(3)), ariaLabel: `${name} of body ${body + 1}` });
        box.oninput = () => {
          if (box.value === "") return;
          if (axis === null) state[name][body] = Number(box.value);
          else state[name][body][axis] = Number(box.value);
          use();
        };
        return element("td", {}, box);
      });
    });
    const dot = element("i", { className: "dot" });
    dot.style.background = CURVES[body % CURVES.length];
    const key = element("td", {}, element("span", { className: "key" }, dot, String(body + 1)));
    return element("tr", {}, key, ...cells);
  });
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
  return element("div", { className: "scroll" }, table);
}

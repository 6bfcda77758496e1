// The playground: a small network learns to tell two classes of points in the plane apart.
//
// It is trained in the browser: visitors do not wait for each other.

import { CURVES } from "./colours.js";
import { element, mark } from "./dom.js";
import { FEATURES, SETS, drawPoints } from "./playground_data.js";
import { answerOnGrid, drawLosses, drawNetwork, drawSurface, drawThumbnail,
} from "./playground_drawing.js";
import { checks, choices, layersOf, slider } from "./playground_form.js";
import { makeRandom } from "./playground_network.js";
import { Trainer } from "./playground_trainer.js";

const LEAD = "A network learns which points are red and which are blue. Press Play, then change the "
  + "data, the features, the layers, or how it learns.";
const RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];
const DECAYS = [0, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1];

export function show(place) {
  const trainer = new Trainer();
  const { settings } = trainer;
  let [running, waiting, speed, showValidation] = [false, null, 1, false];

  const network = picture("plot", "The network: each unit shows where in the plane it answers.");
  const surface = picture("plot", "The probability of the red class over the plane, and the points");
  const losses = picture("plot", "Loss on the training points and on others, by epoch");
  const epoch = element("span", { className: "epoch" });
  const status = mark(element("p", { className: "hidden" }), { role: "status" });
  const scores = element("div", { className: "legend" });
  const code = element("pre");
  const play = button("Play", () => (running ? pause() : start()));
  play.className = "primary";

  const draw = () => {
    const outputs = answerOnGrid(trainer.network, settings.features);
    drawNetwork(network, trainer, outputs);
    drawSurface(surface, trainer, outputs, showValidation);
    drawLosses(losses, trainer.history);
    epoch.textContent = `Epoch ${trainer.epoch}`;
    const { train, validation } = trainer.scores;
    scores.replaceChildren(key(CURVES[0], "training", train),
      key(CURVES[1], "validation", validation));
    code.textContent = describe(settings);
  };
  const tick = () => {
    const end = performance.now() + 40; // a slow computer draws after fewer epochs
    for (let k = 0; k < speed && performance.now() < end; k++) trainer.step();
    draw();
    waiting = requestAnimationFrame(tick);
  };
  const start = () => {
    running = true;
    play.textContent = "Pause";
    waiting = requestAnimationFrame(tick);
  };
  const pause = () => {
    running = false;
    play.textContent = "Play";
    cancelAnimationFrame(waiting);
    status.textContent = tell(trainer);
  };
  const step = () => {
    if (running) pause();
    trainer.step();
    draw();
    status.textContent = tell(trainer);
  };
  const again = () => {
    trainer.reset();
    draw();
  };
  const redraw = () => {
    trainer.drawData();
    draw();
  };

  const set = (name, then) => (value) => {
    settings[name] = value;
    then();
  };
  const bar = element("div", { className: "row controls" }, play, button("Step", step),
    button("Reset", again), button("New weights and points", () => {
      settings.seed += 1;
      redraw();
    }), epoch);
  const form = element("div", { className: "card" }, element("h2", { textContent: "Data" }),
    makeSets(settings, redraw),
    slider("Noise", 0, 0.5, 0.05, settings.noise, set("noise", redraw)),
    checks("Show the validation points too", [["yes", ""]], [], (found) => {
      showValidation = found.length > 0;
      draw();
    }),
    element("h2", { textContent: "Learning" }),
    choices("Optimiser", [["adam", "Adam"], ["momentum", "momentum 0.9"], ["sgd", "gradient descent"]],
      settings.optimiser, set("optimiser", again)),
    choices("Learning rate", RATES, settings.rate, (text) => set("rate", draw)(Number(text))),
    choices("Batch", [1, 5, 10, 20, 50, 200], settings.batch, (x) => set("batch", draw)(Number(x))),
    choices("L2 of the weights", DECAYS, settings.l2, (text) => set("l2", draw)(Number(text))),
    choices("Epochs a picture", [1, 5, 20], speed, (text) => {
      speed = Number(text);
    }));
  const middle = element("div", { className: "card" },
    element("h2", { textContent: "Features and layers" }),
    checks("Features", Object.keys(FEATURES).map((name) => [name, name]), settings.features,
      (names) => names.length && set("features", again)(names)),
    layersOf(settings.hidden, set("hidden", again)),
    choices("Activation", ["tanh", "relu", "logistic", "identity"], settings.activation,
      set("activation", again)),
    element("div", {}, network), note("Lines are weights, blue negative and red positive."));
  const right = element("div", { className: "card" },
    element("h2", { textContent: "Decision surface" }), element("div", {}, surface), scores,
    element("div", {}, losses));
  place.append(element("h1", { textContent: "Playground" }),
    element("p", { className: "lead", textContent: LEAD }), bar, status,
    element("div", { className: "playground" }, form, middle, right), makeEnd(code));
  draw();
  const watch = new ResizeObserver(() => running || draw());
  watch.observe(place);
  return () => {
    watch.disconnect();
    cancelAnimationFrame(waiting);
  };
}

function makeSets(settings, redraw) {
  const buttons = Object.keys(SETS).map((name) => {
    const canvas = element("canvas");
    drawThumbnail(canvas, drawPoints(name, 0.02, makeRandom(5)).train);
    const made = element("button", { type: "button" }, canvas, element("span", { textContent: name }));
    made.onclick = () => {
      settings.data = name;
      press();
      redraw();
    };
    return [name, made];
  });
  const press = () => buttons.forEach(([name, made]) =>
    made.setAttribute("aria-pressed", String(name === settings.data)));
  press();
  const row = element("div", { className: "sets" }, ...buttons.map(([, made]) => made));
  return mark(row, { role: "group", "aria-label": "Data" });
}

function makeEnd(code) {
  const links = [["decision", "several learners on points in the plane"],
    ["xor", "how many layers exclusive or needs"]];
  const list = links.flatMap(([topic, text], k) => [k ? " and " : "",
    element("a", { href: `#/train/${topic}`, textContent: topic }), ` (${text})`]);
  return element("details", {}, element("summary", { textContent: "The same with Keras" }), code,
    element("p", {}, "On this machine, with Keras: ", ...list, "."));
}

// The network of the present settings, as this project builds it.
function describe({ features, hidden, activation, optimiser, rate, batch, l2 }) {
  const tuple = `(${hidden.join(", ")}${hidden.length === 1 ? "," : ""})`;
  const kinds = { adam: `Adam(${rate})`, momentum: `SGD(${rate}, momentum=0.9)`, sgd: `SGD(${rate})` };
  return [
    "import keras", "from models.dense import dense_classifier", "",
    `network = dense_classifier((${features.length},), 2, hidden=${tuple}, dropout=0,`,
    `                           activation="${activation}", l2=${l2})`,
    `network.compile(keras.optimizers.${kinds[optimiser]}, "binary_crossentropy")`,
    `network.fit(x, labels, batch_size=${batch})  # x: ${features.join(", ")}`,
  ].join("\n");
}

const short = (loss) => String(Number(loss.toPrecision(2)));
const percent = (share) => `${(100 * share).toFixed(1)} %`;

const tell = ({ epoch, scores: { train, validation } }) =>
  `Epoch ${epoch}: training loss ${short(train.loss)}, ${percent(train.right)} right; `
  + `validation loss ${short(validation.loss)}, ${percent(validation.right)} right`;

function key(ink, name, { loss, right }) {
  const dot = element("i", { className: "dot" });
  dot.style.background = ink;
  const text = `${name}: loss ${short(loss)}, ${percent(right)} right`;
  return element("span", { className: "key" }, dot, text);
}

function picture(className, ariaLabel) {
  return mark(element("canvas", { className }), { role: "img", "aria-label": ariaLabel });
}

const note = (textContent) => element("p", { className: "note", textContent });

function button(textContent, onclick) {
  return element("button", { type: "button", textContent, onclick });
}

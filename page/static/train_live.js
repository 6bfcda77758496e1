// A training while it runs: its losses, what the network answers so far, and what it prints.

import { get, post } from "./api.js";
import { CURVES } from "./colours.js";
import { duration, element, mark } from "./dom.js";
import { drawPlot } from "./plot.js";
import { drawFrame } from "./train_picture.js";

const EVERY = 700; // milliseconds
const SAYS = {
  starting: "starts", training: "trains", scoring: "is scored and drawn", done: "is ready",
  stopped: "was stopped", failed: "has ended with an error",
};
const ENDED = ["done", "stopped", "failed"];

export function watchTraining(place, first) {
  const title = element("h1", { textContent: first.name });
  const state = mark(element("p", { className: "lead" }), { role: "status" });
  const time = element("p", { className: "note" });
  const losses = mark(element("canvas", { className: "plot" }),
    { role: "img", "aria-label": "Loss by epoch" });
  const legend = element("div", { className: "legend" });
  const picture = element("div");
  const caption = element("h2", { textContent: "What it answers" });
  const output = mark(element("pre", { className: "tall" }), { tabindex: "0" });
  const failed = mark(element("p", { className: "error" }), { role: "alert" });
  const links = element("div", { className: "row" });
  const end = (textContent, title, content) => element("button", { type: "button", textContent, title,
    onclick: () => post("/api/training/stop", content).then(draw, tell) });
  const buttons = [
    end("Stop", "End after this step, and keep the best weights so far", {}),
    end("Pause", "End at once; Resume continues from the last snapshot", { pause: true }),
  ];
  const tell = (error) => (failed.textContent = error.message);
  let [drawnEpoch, said, waiting, gone] = [null, "", null, false];

  const left = element("section", { className: "card" }, element("h2", { textContent: "Loss" }),
    legend, element("div", {}, losses));
  const right = element("section", { className: "card" }, caption, picture);
  place.append(title, state, time, element("div", { className: "row" }, ...buttons, links), failed,
    element("div", { className: "split" }, left, right),
    element("h2", { textContent: "Output" }), output);

  function draw(training) {
    const now = `${training.topic} ${SAYS[training.state]}`;
    if (state.textContent !== now) state.textContent = now; // is read aloud when it changes
    const ended = ENDED.includes(training.state);
    for (const button of buttons) button.hidden = ended;
    buttons[0].disabled = training.stopping;
    time.textContent = ended ? "" : `${duration(training.seconds)}. `
      + "Stop keeps the best weights so far; a pause can be resumed.";
    drawLosses(losses, legend, training.losses);
    left.hidden = !Object.keys(training.losses).length;
    const frame = training.picture;
    right.hidden = !frame;
    if (frame && `${frame.epoch} ${training.state}` !== drawnEpoch) {
      drawFrame(picture, frame);
      caption.textContent = frame.epoch ? `What it answers after epoch ${frame.epoch}`
        : "What it answers before the training";
      drawnEpoch = `${frame.epoch} ${training.state}`;
    }
    if (training.output !== said) {
      const atEnd = output.scrollTop + output.clientHeight > output.scrollHeight - 30;
      output.textContent = said = training.output;
      if (atEnd) output.scrollTop = output.scrollHeight;
    }
    if (ended) drawLinks(links, training, tell);
    return ended;
  }

  async function look() {
    try {
      const { training } = await get("/api/training");
      failed.textContent = "";
      if (gone) return;
      if (draw(training)) return;
    } catch (error) {
      tell(error);
    }
    if (!gone) waiting = setTimeout(look, EVERY);
  }
  draw(first);
  look();
  return () => {
    gone = true;
    clearTimeout(waiting);
  };
}

function drawLinks(place, { name, topic, complete, resumable }, tell) {
  const links = [];
  const link = (href, textContent) => element("a", { className: "button", href, textContent });
  if (complete) {
    links.push(link(`#/runs/${encodeURIComponent(name)}`, "Play with it, and read its report"));
  }
  if (resumable) {
    const button = element("button", { type: "button", textContent: "Resume", className: "primary" });
    button.onclick = () => post("/api/training", { resume: name }).then(() => {
      dispatchEvent(new HashChangeEvent("hashchange")); // the same address, and a new training
    }, tell);
    links.push(button);
  }
  links.push(link(`#/train/${topic}`, "Train again"));
  place.replaceChildren(...links);
}

function drawLosses(canvas, legend, losses) {
  const curves = Object.entries(losses).filter(([, pairs]) => pairs.length).slice(0, 4)
    .map(([name, pairs], k) => {
      const kept = pairs.filter(([, value]) => value > 0);
      return { name, xs: kept.map(([epoch]) => epoch), colour: CURVES[k], dash: k % 2 ? [6, 4] : [],
        ys: kept.map(([, value]) => Math.log10(value)) };
    }).filter(({ xs }) => xs.length);
  if (!curves.length) return;
  legend.replaceChildren(...curves.map(({ name, colour }) => {
    const dot = element("i", { className: "dot" });
    dot.style.background = colour;
    return element("span", { className: "key" }, dot, name);
  }));
  const last = Math.max(...curves.flatMap(({ xs }) => xs));
  drawPlot(canvas, { curves, x: [0, Math.max(1, last)], xLabel: "epoch",
    yLabel: "power of ten of the loss", aspect: 0.6 });
}

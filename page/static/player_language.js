// A text that the network goes on with, and how much each character surprises it.

import { answer } from "./api.js";
import { element, mark, shown } from "./dom.js";
import { slider } from "./player_generator.js";

const SPECS = [
  { name: "count", label: "characters", min: 1, max: 1000, step: 1, value: 200 },
  { name: "temperature", label: "temperature", min: 0, max: 2, step: 0.05, value: 0.8 },
  { name: "top_k", label: "only the k likeliest (0: all)", min: 0, max: 50, step: 1, value: 0 },
  { name: "seed", label: "seed", min: 0, max: 1000, step: 1, value: 0 },
];

export function play(place, run) {
  const prompt = element("textarea", { rows: 3, value: "The class" });
  const inputs = {};
  const known = SPECS.filter(({ name }) => run.endpoints.generate.includes(name));
  const sliders = known.map((spec) => {
    inputs[spec.name] = run.inputs[spec.name].default ?? spec.value;
    return slider({ ...spec, value: inputs[spec.name] }, (x) => (inputs[spec.name] = x)).field;
  });
  const written = mark(element("pre", { className: "text" }), { "aria-live": "polite" });
  const button = element("button", { type: "submit", className: "primary", textContent: "Write" });
  const next = element("button", { type: "button", textContent: "Next seed" });
  const surprise = element("button", { type: "button", textContent: "How surprising is the text?" });
  const work = (f) => async (event) => {
    event?.preventDefault();
    button.disabled = surprise.disabled = true;
    written.textContent = "The network is writing ...";
    try {
      await f();
    } catch (error) {
      written.textContent = error.message;
    }
    button.disabled = surprise.disabled = false;
  };
  const write = work(async () => {
    const asked = { ...inputs, prompt: prompt.value };
    const { outputs } = await answer(run.row.name, { endpoint: "generate", inputs: asked });
    written.replaceChildren(element("b", { textContent: prompt.value }), outputs.text.data[0]);
  });
  next.onclick = () => {
    inputs.seed = (inputs.seed + 1) % 1001;
    const boxes = sliders[known.findIndex(({ name }) => name === "seed")]?.querySelectorAll("input");
    boxes?.forEach((box) => (box.value = inputs.seed));
    write();
  };
  surprise.onclick = work(async () => {
    const { outputs } = await answer(run.row.name, { inputs: { text: prompt.value } });
    showBits(written, prompt.value, outputs);
  });
  const form = element("form", { className: "card", onsubmit: write },
    element("label", {}, element("span", { textContent: "Prompt" }), prompt), ...sliders,
    element("div", { className: "row" }, button, next, surprise));
  place.append(element("div", { className: "split" }, form,
    element("div", { className: "card" }, element("h2", { textContent: "Text" }), written)));
}

// Each character on a ground that is the warmer, the more bits it needs.
function showBits(place, text, outputs) {
  const { data } = outputs.bits;
  const letters = [...text];
  const first = letters.length - data.length; // nothing is known before the first
  const spans = letters.map((letter, k) => {
    const bits = data[k - first];
    const span = element("span", { textContent: letter });
    if (bits !== undefined) {
      span.style.background = `rgb(238 119 51 / ${Math.min(90, Math.round(10 * bits))}%)`;
      span.title = `${shown(bits)} bits`;
    }
    return span;
  });
  const mean = `${shown(outputs.bits_per_character.data[0])} bits a character on average\n\n`;
  place.replaceChildren(mean, ...spans);
}

// The trainings: the list of topics, the form of one, and the training that runs.

import { get, post } from "./api.js";
import { element, mark } from "./dom.js";
import { fillForm } from "./train_form.js";
import { watchTraining } from "./train_live.js";

export async function show(place, [, topic]) {
  const { training, interrupted } = await get("/api/training");
  if (topic === "now") return showNow(place, training);
  if (topic) return showForm(place, topic, training);
  place.append(element("h1", { textContent: "Train" }),
    element("p", { className: "lead", textContent: "Choose a topic, set its options, and watch it learn." }));
  if (training) place.append(tellRunning(training));
  if (interrupted.length) place.append(listInterrupted(interrupted));
  await listTopics(place);
  return () => {};
}

async function listTopics(place) {
  const { themes } = await get("/api/topics");
  const search = element("input", { type: "search", placeholder: "name or words" });
  const parts = themes.map(({ title, topics }) => {
    const cards = topics.map(({ name, line }) => {
      const link = element("a", { className: "card topic", href: `#/train/${name}` },
        element("strong", { textContent: name }), element("span", { textContent: line }));
      return [`${name} ${line} ${title}`.toLowerCase(), link];
    });
    const inside = element("div", { className: "cards" }, ...cards.map(([, link]) => link));
    return { cards, part: element("section", {}, element("h2", { textContent: title }), inside) };
  });
  search.oninput = () => {
    const words = search.value.toLowerCase().split(/\s+/);
    for (const { cards, part } of parts) {
      for (const [text, link] of cards) link.hidden = !words.every((word) => text.includes(word));
      part.hidden = cards.every(([, link]) => link.hidden);
    }
  };
  place.append(element("label", { className: "row" }, "Find", search),
    ...parts.map(({ part }) => part));
}

function tellRunning({ name, state }) {
  const running = !["done", "failed", "stopped"].includes(state);
  const text = running ? `${name} is training: watch it` : `The last training: ${name}`;
  return element("p", {}, element("a", { href: "#/train/now", textContent: text }));
}

function listInterrupted(interrupted) {
  const section = element("section", {}, element("h2", { textContent: "Interrupted" }));
  for (const { name, topic } of interrupted) {
    const failed = mark(element("span", { className: "error" }), { role: "alert" });
    const button = element("button", { type: "button", textContent: "Resume" });
    button.onclick = async () => {
      try {
        await post("/api/training", { resume: name });
        location.hash = "#/train/now";
      } catch (error) {
        failed.textContent = error.message;
      }
    };
    section.append(element("div", { className: "row" }, `${name} (${topic})`, button, failed));
  }
  return section;
}

async function showForm(place, topic, training) {
  const form = await get(`/api/topics/${encodeURIComponent(topic)}`);
  place.append(element("p", { className: "note" },
    element("a", { href: "#/train", textContent: "All topics" })),
  element("h1", { textContent: form.name }),
  element("p", { className: "description", textContent: form.description }));
  if (training && !["done", "failed", "stopped"].includes(training.state)) {
    place.append(tellRunning(training));
  }
  fillForm(place, form, async (values, overwrite) => {
    await post("/api/training", { topic, values, overwrite });
    location.hash = "#/train/now";
  });
  return () => {};
}

function showNow(place, training) {
  place.append(element("p", { className: "note" },
    element("a", { href: "#/train", textContent: "All topics" })));
  if (!training) {
    place.append(element("p", { textContent: "Nothing has been trained on this page yet." }));
    return () => {};
  }
  return watchTraining(place, training);
}

// One run: its score, its players, and its report.

import { get, post, runPath } from "./api.js";
import { duration, element, mark, shown } from "./dom.js";

// What each player is called; a player is a module with `play(element, run)`, as `show` of a view.
const TITLES = {
  table: "Sliders", picture: "Draw", generator: "Generate", equation: "Solution",
  decoder: "Decode", field: "Draw a field", bodies: "Motion", graph: "Draw a graph", language: "Write",
  series: "Draw a curve", rollout: "Motion", endpoints: "Any endpoint", report: "Report",
};

export async function show(place, [, name]) {
  const run = await get(runPath(name));
  place.append(element("p", { className: "note" },
    element("a", { href: "#/runs", textContent: "All runs" })),
  element("h1", { textContent: run.row.name }),
  element("p", { className: "lead", textContent: describe(run.row) }));
  const tabs = [...run.players, ...(run.row.report ? ["report"] : [])];
  const bar = mark(element("div", { className: "row" }), { role: "group", "aria-label": "Views" });
  const panel = element("div", { className: "panel" });
  let [tidy, visit] = [() => {}, 0];
  const open = async (tab) => {
    const mine = ++visit;
    tidy();
    tidy = () => {};
    for (const button of bar.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === tab));
    }
    const inside = element("div");
    panel.replaceChildren(inside);
    try {
      const { play } = tab === "report" ? { play: showReport } : await import(`./player_${tab}.js`);
      const done = await play(inside, run);
      if (mine === visit) tidy = done ?? tidy;
      else done?.();
    } catch (error) {
      inside.append(element("p", { className: "error", textContent: error.message }));
    }
  };
  bar.append(...tabs.map((tab) => {
    const textContent = TITLES[tab];
    const button = element("button", { type: "button", value: tab, textContent });
    button.onclick = () => open(tab);
    return button;
  }));
  if (!run.row.report) {
    bar.append(scoreButton(name));
  }
  place.append(bar, panel);
  await open(tabs[0]);
  return () => tidy();
}

function describe({ topic, score, value, baseline, method, epochs, seconds }) {
  const best = method ? `; best baseline, ${method}: ${shown(baseline)}` : "";
  const time = seconds ? `, ${duration(seconds)}` : "";
  const scored = value === "" ? score : `${score}: ${shown(value)}${best}`;
  return `${topic}, ${epochs} ${epochs === 1 ? "epoch" : "epochs"}${time}. ${scored}`;
}

// A button that scores and draws a run which has no report yet, as `evaluate.py` does.
function scoreButton(name) {
  const textContent = "Score it and write a report";
  const button = element("button", { type: "button", textContent });
  const fail = ({ message }) => button.replaceWith(
    mark(element("span", { className: "error", textContent: message }), { role: "alert" }));
  button.onclick = () => post("/api/training", { score: name }).then(
    () => (location.hash = "#/train/now"), fail);
  return button;
}

function showReport(place, run) {
  const src = `/runs/${encodeURIComponent(run.row.name)}/report.html`;
  const frame = mark(element("iframe", { src, title: "Report" }), { sandbox: "" });
  frame.style.height = "80vh";
  place.append(frame);
}

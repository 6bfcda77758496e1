// The table of all runs, sorted by what one clicks.

import { get } from "./api.js";
import { duration, element, mark, shown } from "./dom.js";

const date = (seconds) => new Date(1000 * seconds).toISOString().slice(0, 16).replace("T", " ");
const COLUMNS = [
  { name: "run", key: "name" },
  { name: "topic", key: "topic" },
  { name: "score", key: "score" },
  { name: "value", key: "value", number: true },
  { name: "best baseline", key: "baseline", number: true, beside: "method" },
  { name: "time", key: "seconds", number: true, text: duration, wide: true },
  { name: "trained (UTC)", key: "when", text: date, wide: true },
];

export async function show(place) {
  const { runs } = await get("/api/runs");
  place.append(element("h1", { textContent: "Runs" }));
  if (!runs.length) {
    const link = element("a", { href: "#/train", textContent: "Train one" });
    place.append(element("p", {}, "There are no runs yet. ", link, "."));
    return;
  }
  const lead = "Choose a run to play with it and to read its report.";
  const search = element("input", { type: "search", placeholder: "name, topic or score" });
  const found = mark(element("p", { className: "note" }), { "aria-live": "polite" });
  const head = element("thead");
  const body = element("tbody");
  const order = { key: "topic", down: false };
  const draw = () => {
    const words = search.value.toLowerCase().split(/\s+/);
    const chosen = runs.filter((run) => {
      const text = `${run.name} ${run.topic} ${run.score}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    chosen.sort((a, b) => compare(a[order.key], b[order.key], order.down));
    body.replaceChildren(...chosen.map(makeRow));
    found.textContent = `${chosen.length} of ${runs.length} runs`;
    head.replaceChildren(makeHead(order, draw));
  };
  search.oninput = draw;
  const label = element("label", { className: "row" }, "Find", search);
  const table = element("div", { className: "scroll" }, element("table", { className: "runs" }, head, body));
  place.append(element("p", { className: "lead", textContent: lead }),
    element("div", { className: "row" }, label, found), table);
  draw();
}

// Empty cells stand last in either direction.
function compare(a, b, down) {
  const [none, nil] = [a, b].map((x) => x === "" || x === null || x === undefined);
  if (none || nil) return none - nil;
  const numbers = typeof a === "number" && typeof b === "number";
  const sign = numbers ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
  return down ? -sign : sign;
}

function makeHead(order, draw) {
  return element("tr", {}, ...COLUMNS.map(({ name, key, number, wide }) => {
    const here = order.key === key;
    const arrow = here ? (order.down ? " ▾" : " ▴") : "";
    const button = element("button", { textContent: name + arrow, type: "button" });
    button.onclick = () => {
      order.down = here && !order.down;
      order.key = key;
      draw();
      document.getElementById(`sort-${key}`).focus();
    };
    button.id = `sort-${key}`;
    const cell = element("th", { className: classes(number, wide), scope: "col" }, button);
    return here ? mark(cell, { "aria-sort": order.down ? "descending" : "ascending" }) : cell;
  }));
}

const classes = (number, wide, key) =>
  [number && "number", wide && "wide", key && `of-${key}`].filter(Boolean).join(" ");

function makeRow(run) {
  return element("tr", {}, ...COLUMNS.map(({ key, number, text, beside, wide }) => {
    const cell = element("td", { className: classes(number, wide, key) });
    if (key === "name") {
      const href = `#/runs/${encodeURIComponent(run.name)}`;
      cell.append(element("a", { href, textContent: run.name }));
    } else {
      const value = run[key] ?? "";
      if (value !== "") cell.append((text ?? shown)(value));
      if (beside && run[beside]) {
        cell.append(element("div", { className: "note", textContent: run[beside] }));
      }
    }
    return cell;
  }));
}

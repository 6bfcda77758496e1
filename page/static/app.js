// The shell: opens the view that the address names behind its #.

import { element } from "./dom.js";

// Each view is a module with `show(element, address)`, which fills the element and returns a
// function that tidies up: it stops timers and trainings that nobody sees any more. `address` has
// the parts of the address, ["train", "digits"].
const VIEWS = [
  [/^\/?$/, "./playground.js"],
  [/^\/runs$/, "./runs.js"],
  [/^\/runs\/[^/]+$/, "./run.js"],
  [/^\/train(\/[^/]+)?$/, "./train.js"],
];

const place = document.getElementById("view");
let tidy = () => {};
let visit = 0;

async function open() {
  const path = location.hash.replace(/^#/, "");
  if (path === "view") return; // the link that skips the navigation
  const mine = ++visit;
  tidy();
  tidy = () => {};
  markLink(path);
  const inside = element("div");
  place.replaceChildren(inside);
  const view = VIEWS.find(([pattern]) => pattern.test(path));
  try {
    if (!view) throw new Error("There is nothing at this address.");
    const { show } = await import(view[1]);
    if (mine !== visit) return;
    const address = path.split("/").filter(Boolean).map(decodeURIComponent);
    const done = await show(inside, address);
    if (mine === visit) tidy = done ?? tidy;
    else done?.();
  } catch (error) {
    inside.append(element("p", { className: "error", textContent: error.message }));
  }
}

function markLink(path) {
  const first = path.split("/")[1] ?? "";
  for (const link of document.querySelectorAll("nav a")) {
    const own = link.getAttribute("href").split("/")[1];
    if (own === first) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

addEventListener("hashchange", () => {
  open();
  place.focus({ preventScroll: true });
  scrollTo(0, 0);
});
open();

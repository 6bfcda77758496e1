// The view of the playground.

import { element } from "./dom.js";

export function show(place, address) {
  place.append(element("h1", { textContent: "Playground" }));
  return () => {};
}

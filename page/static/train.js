// The view of the train.

import { element } from "./dom.js";

export function show(place, address) {
  place.append(element("h1", { textContent: "Train" }));
  return () => {};
}

// Any endpoint of a run: its inputs as JSON, its answer as a table.

import { answer } from "./api.js";
import { element } from "./dom.js";

export function play(place, run) {
  place.append(element("p", { textContent: Object.keys(run.endpoints).join(", ") }));
}

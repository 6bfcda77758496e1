// The form of a topic. Its server checks the values, as the command line does.

import { element, mark } from "./dom.js";

const TITLES = { options: "Of this topic", network: "Network", training: "Training", run: "Run" };
const OPEN = ["options"];

// Fill a place with the form; `start` gets `{option: value}` of what was changed, and whether a
// run is replaced.
export function fillForm(place, { groups, files }, start) {
  const fields = groups.flatMap(({ options }) => options)
    .filter(({ name }) => !["show", "overwrite"].includes(name))
    .map((option) => makeField(option, files));
  const overwrite = element("input", { type: "checkbox" });
  const failed = mark(element("p", { className: "error" }), { role: "alert" });
  const button = element("button", { className: "primary", textContent: "Train" });
  const form = element("form", { className: "options", noValidate: true });
  for (const { title, options } of groups) {
    const own = fields.filter(({ option }) => options.includes(option));
    if (!own.length) continue;
    const part = element("details", { className: "card", open: OPEN.includes(title) },
      element("summary", { textContent: TITLES[title] }), ...own.map(({ row }) => row));
    form.append(part);
  }
  form.append(element("div", { className: "row go" }, button, element("label", { className: "key" },
    overwrite, "replace a run of this name")), failed);
  form.onsubmit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    failed.textContent = "";
    for (const field of fields) field.fail("");
    const changed = fields.filter((field) => field.isChanged());
    try {
      const values = changed.map(({ option, read }) => [option.name, read()]);
      await start(Object.fromEntries(values), overwrite.checked);
    } catch (error) {
      tell(error.message, fields, failed);
    }
    button.disabled = false;
  };
  place.append(form);
}

// Show the server's line beside the field whose option it names first, or below the form.
function tell(message, fields, failed) {
  const named = fields.map((field) => {
    const found = new RegExp(`${field.option.flag}(?![\\w-])`).exec(message);
    return [found ? found.index : Infinity, field];
  }).filter(([at]) => at < Infinity).sort(([a], [b]) => a - b);
  if (!named.length) {
    failed.textContent = message;
    return;
  }
  named[0][1].fail(message);
}

function makeField(option, files) {
  const { name, flag, help, widget, choices, value, path } = option;
  const id = `option-${name}`;
  const input = makeInput(widget, choices, value);
  const note = element("div", { className: "note", id: `${id}-help`, textContent: help });
  const failed = element("div", { className: "error", id: `${id}-error` });
  mark(input, { id, "aria-describedby": `${id}-help ${id}-error` });
  if (path && !files) note.textContent += " (names only: this page reads no files for visitors)";
  if (choices.length && widget !== "choice") {
    const list = element("datalist", { id: `${id}-list` },
      ...choices.map((choice) => element("option", { value: choice })));
    mark(input, { list: list.id });
    note.append(list);
  }
  const label = element("label", { htmlFor: id, textContent: flag.slice(2).replaceAll("-", " ") });
  const row = element("div", { className: "option" }, label, element("div", {}, input, note, failed));
  const read = () => (widget === "switch" ? input.checked : input.value);
  return {
    option, row, read,
    isChanged: () => read() !== value,
    fail(message) {
      failed.textContent = message;
      input.setAttribute("aria-invalid", String(Boolean(message)));
      if (!message) return;
      row.closest("details").open = true;
      input.focus();
    },
  };
}

function makeInput(widget, choices, value) {
  if (widget === "switch") return element("input", { type: "checkbox", checked: value });
  if (widget === "lines") return element("textarea", { value, rows: 3 });
  if (widget === "choice") {
    const menu = element("select", {}, ...choices.map((choice) =>
      element("option", { value: choice, textContent: choice })));
    menu.value = value;
    return menu;
  }
  const input = element("input", { type: "text", value, autocomplete: "off", spellcheck: false });
  if (widget === "number") input.inputMode = "decimal";
  return input;
}

// What the page asks its server; an error has the server's line as its message.

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server does not answer. Is play.py still running?");
  }
  const content = await response.json().catch(() => ({ error: "The answer cannot be read." }));
  if (!response.ok) throw new Error(content.error);
  return content;
}

export const get = (path) => ask(path);

export const post = (path, content, signal) => ask(path, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(content),
  signal,
});

export const runPath = (name) => `/api/runs/${encodeURIComponent(name)}`;

// An array of an answer: {shape, data}, data a typed array or a list of texts.
export function unpack({ shape, dtype, base64, list }) {
  if (list) return { shape, data: list };
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const kind = dtype === "float64" ? Float64Array : Float32Array;
  return { shape, data: new kind(bytes.buffer) };
}

// Call an endpoint of a run: {outputs: {name: {shape, data}}, axes}.
export async function answer(run, content, signal) {
  const { outputs, axes } = await post(`${runPath(run)}/answer`, content, signal);
  const unpacked = Object.entries(outputs).map(([name, array]) => [name, unpack(array)]);
  return { outputs: Object.fromEntries(unpacked), axes };
}

// A function that asks for the newest of what it is told, one question at a time: a slider moves
// faster than a network answers. `use` gets the answers, `fail` the errors.
export function newest(question, use, fail) {
  let [busy, next] = [false, null];
  return async function put(content) {
    next = { content };
    if (busy) return;
    busy = true;
    while (next) {
      const { content: now } = next;
      next = null;
      try {
        use(await question(now), now);
      } catch (error) {
        fail(error);
      }
    }
    busy = false;
  };
}

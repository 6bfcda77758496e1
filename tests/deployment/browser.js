// As much of a browser as the page needs: nodes that remember, and a canvas that counts.

function atob(text) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let [bits, count, bytes] = [0, 0, ""];
  for (const letter of text.replace(/=+$/, "")) {
    bits = (bits << 6) | letters.indexOf(letter);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += String.fromCharCode((bits >> count) & 255);
    }
    bits &= (1 << count) - 1;
  }
  return bytes;
}

class Element {
  constructor(kind) {
    Object.assign(this, { kind, style: {}, children: [], drawn: [] });
  }
  append(...children) {
    this.children.push(...children);
  }
  replaceChildren(...children) {
    this.children = children;
  }
  getContext() {
    const note = (target, name) => target[name] ?? ((...words) => this.drawn.push([name, ...words]));
    return new Proxy({}, { get: note });
  }
  getBoundingClientRect() {
    return { left: 0, top: 0, width: this.width, height: this.height };
  }
  get text() {
    return [this.textContent ?? "", ...this.children.map((child) => child.text ?? child)].join(" ");
  }
  all(kind) {
    const inside = this.children.flatMap((child) => child.all?.(kind) ?? []);
    return this.kind === kind ? [this, ...inside] : inside;
  }
}

const parts = {};
const document = {
  createElement: (kind) => new Element(kind),
  getElementById: (id) => (parts[id] ??= new Element("div")),
};
const requestAnimationFrame = (f) => f();

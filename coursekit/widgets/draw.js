// What all explorables draw with: lists that become SVG, scales, and numbers in words.
const SVG = "http://www.w3.org/2000/svg";

// -- drawing: a picture is a list of [tag, attributes, ...children] ------------------------------

// Bring the children of an SVG element up to date in place, so that focus and drags survive.
function patch(parent, nodes) {
  nodes.forEach(([tag, attributes, ...children], i) => {
    let element = parent.childNodes[i];
    if (element?.nodeName !== tag) {
      const fresh = document.createElementNS(SVG, tag);
      if (element) element.replaceWith(fresh);
      else parent.append(fresh);
      element = fresh;
    }
    for (const { name } of [...element.attributes])
      if (attributes[name] === undefined) element.removeAttribute(name);
    for (const [name, value] of Object.entries(attributes))
      if (value !== undefined && element.getAttribute(name) !== String(value))
        element.setAttribute(name, value);
    if (typeof children[0] !== "string") patch(element, children);
    else if (element.textContent !== children[0]) element.textContent = children[0];
  });
  while (parent.childNodes.length > nodes.length) parent.lastChild.remove();
}

const near = (v) => Math.round(v * 100) / 100;
const line = (x1, y1, x2, y2, look) =>
  ["line", { x1: near(x1), y1: near(y1), x2: near(x2), y2: near(y2), class: `stroke ${look}` }];
const dot = (x, y, r, look) => ["circle", { cx: near(x), cy: near(y), r, class: look }];
const box = (x, y, width, height, look, more = {}) =>
  ["rect", { x: near(x), y: near(y), width: near(width), height: near(height), class: look, ...more }];
const text = (x, y, words, look = "") => ["text", { x: near(x), y: near(y), class: look }, words];
const path = (points, look, close = "") =>
  ["path", { d: `M${points.map(([x, y]) => `${near(x)} ${near(y)}`).join("L")}${close}`, class: `stroke ${look}` }];
const group = (...nodes) => ["g", {}, ...nodes];

function arrow(x1, y1, x2, y2, look) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const head = Math.min(10, length / 2);
  const [u, v] = length ? [((x2 - x1) / length) * head, ((y2 - y1) / length) * head] : [0, 0];
  const wings = [[x2, y2], [x2 - u - v / 2.2, y2 - v + u / 2.2], [x2 - u + v / 2.2, y2 - v - u / 2.2]];
  return group(line(x1, y1, x2 - u, y2 - v, `thick ${look}`), path(wings, `fill ${look}`, "Z"));
}

// A linear scale from values to pixels, and back.
function scale(low, high, from, to) {
  const at = (v) => from + ((v - low) / (high - low)) * (to - from);
  at.back = (pixel) => low + ((pixel - from) / (to - from)) * (high - low);
  at.ticks = (count) => Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count);
  return at;
}

function axis(at, y, ticks, title, say = short) {
  const pixels = ticks.map(at);
  return group(
    line(Math.min(...pixels), y, Math.max(...pixels), y, "rule"),
    ...ticks.flatMap((t) => [line(at(t), y, at(t), y + 5, "rule"), text(at(t), y + 19, say(t), "small middle")]),
    text((at(ticks[0]) + at(ticks.at(-1))) / 2, y + 38, title, "middle"),
  );
}

const clamp = (v, low, high) => Math.min(high, Math.max(low, v));
const snap = (v, step) => Number((Math.round(v / step) * step).toFixed(6));
const sum = (values) => values.reduce((a, b) => a + b, 0);
const mean = (values) => sum(values) / values.length;

// -- numbers in words, as in explorable.py -------------------------------------------------------

function fixed(x, digits = 2) {
  const size = Math.abs(x).toFixed(digits);
  return x < 0 && Number(size) ? `−${size}` : size;
}

function short(x) {
  const size = Math.abs(x);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) {
    const words = fixed(x, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : size >= 0.01 ? 4 : 5);
    return words.includes(".") ? words.replace(/\.?0+$/, "") : words;
  }
  const [mantissa, power] = size.toExponential(1).split("e");
  return `${x < 0 ? "−" : ""}${mantissa.replace(".0", "")}e${power.replace("+", "").replace("-", "−")}`;
}

// What all explorables are held by: controls, handles, the tour, words. Nothing is loaded.

// -- controls ------------------------------------------------------------------------------------

function html(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function slider(control, say, set) {
  const { name, label, low, high, step } = control;
  const input = html("input", { type: "range", min: low, max: high, step,
    oninput: () => set({ [name]: Number(input.value) }) });
  const shown = html("span", { class: "ck-value", "aria-hidden": "true" });
  const update = (state) => {
    input.value = state[name];
    shown.textContent = say(state[name]);
    input.setAttribute("aria-valuetext", shown.textContent);
  };
  return [html("label", { class: "ck-slider" }, html("span", {}, label), input, shown), update];
}

function choice(control, id, set) {
  const radios = control.options.map(([value, label]) => {
    const input = html("input", { type: "radio", name: `${id}-${control.name}`, value,
      onchange: () => set({ [control.name]: value }) });
    return [value, input, html("label", {}, input, label)];
  });
  const update = (state) => radios.forEach(([value, input]) => (input.checked = state[control.name] === value));
  const legend = html("legend", {}, control.label);
  return [html("fieldset", {}, legend, ...radios.map(([, , label]) => label)), update];
}

// -- handles: what can be taken hold of in the picture, by mouse, touch or arrow keys ------------
// {x, y, label, now, low, high, text, drag(x, y) -> change, nudge(right, up) -> change, shape}

function handle({ x, y, label, now, low, high, text: said, shape }) {
  const aria = { role: "slider", tabindex: 0, "aria-label": label, "aria-valuenow": near(now),
    "aria-valuemin": low, "aria-valuemax": high, "aria-valuetext": said };
  const hit = ["circle", { r: 15, class: "ck-hit" }];
  return ["g", { class: "ck-handle", transform: `translate(${near(x)} ${near(y)})`, ...aria }, hit, ...shape];
}

const KEYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
  PageUp: [0, 10], PageDown: [0, -10], Home: [-1e3, 0], End: [1e3, 0] };

function hold(svg, handles, set, anywhere) {
  const grips = () => [...svg.querySelectorAll(".ck-handle")];
  const place = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  let held = null;
  svg.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".ck-handle");
    const index = grip ? grips().indexOf(grip) : anywhere ? 0 : -1;
    if (index < 0) return;
    event.preventDefault();
    const { x, y } = place(event);
    const { x: hx, y: hy } = handles()[index];
    held = grip ? { index, dx: hx - x, dy: hy - y } : { index, dx: 0, dy: 0 };
    svg.setPointerCapture(event.pointerId);
    grips()[index].focus();
    if (!grip) set(handles()[index].drag(x, y));
  });
  svg.addEventListener("pointermove", (event) => {
    if (!held) return;
    const { x, y } = place(event);
    set(handles()[held.index].drag(x + held.dx, y + held.dy));
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => (held = null));
  svg.addEventListener("keydown", (event) => {
    const index = grips().indexOf(event.target);
    if (index < 0 || !(event.key in KEYS)) return;
    event.preventDefault();
    const [right, up] = KEYS[event.key];
    set(handles()[index].nudge(event.shiftKey ? right * 10 : right, event.shiftKey ? up * 10 : up));
  });
}

// -- show me: the steps, one after the other; what moves glides unless the reader wants no motion -

// Part of the way to another state: lists glide, sliders go in their steps, all else jumps.
function between(from, to, share, sliders) {
  const mix = (a, b) => a + (b - a) * share;
  const at = (name) => {
    if (Array.isArray(to[name])) return to[name].map((v, i) => mix(from[name][i], v));
    const slider = sliders.find((s) => s.name === name);
    if (!slider) return to[name];
    return snap(slider.low + snap(mix(from[name], to[name]) - slider.low, slider.step), 1e-6);
  };
  return share < 1 ? Object.fromEntries(Object.keys(to).map((name) => [name, at(name)])) : to;
}

function journey(from, to, sliders, set, done) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return set(to), done(), () => {};
  const begun = performance.now();
  let request = requestAnimationFrame(function next(now) {
    const share = clamp((now - begun) / 600, 0, 1);
    set(between(from, to, share, sliders));
    if (share < 1) request = requestAnimationFrame(next);
    else done();
  });
  return () => cancelAnimationFrame(request);
}

// -- one explorable on a page --------------------------------------------------------------------

let count = 0;

const mount = (view) => ({ model, el }) => {
  const { name, title, size: [width, height], first, controls, steps, data } = model.get("spec");
  const id = `ck-${Math.random().toString(36).slice(2)}-${++count}`;
  let step = -1, stop = () => {}, timer = 0;

  const change = (part) => {
    model.set("state", { ...model.get("state"), ...part });
    clearTimeout(timer); // the kernel hears of it when the hand rests
    timer = setTimeout(() => model.save_changes(), 150);
  };
  const set = (part) => (stop(), change(part));
  const go = (to) => {
    stop();
    step = to < steps.length ? to : -1;
    if (step < 0) return draw();
    status.setAttribute("aria-busy", "true"); // a screen reader waits for the end of the way
    const arrived = () => (status.removeAttribute("aria-busy"), draw());
    const sliders = controls.filter((control) => control.kind === "slider");
    const cancel = journey(model.get("state"), steps[step].state, sliders, change, arrived);
    stop = () => (cancel(), status.removeAttribute("aria-busy"));
  };
  const reset = () => (stop(), (step = -1), change(first), draw());

  const said = ({ name }) => view.say?.[name] ? (value) => view.say[name](value, data) : short;
  const parts = controls.map((control) => control.kind === "slider"
    ? slider(control, said(control), set) : choice(control, id, set));
  const show = html("button", { type: "button", onclick: () => go(step + 1) }, "Show me");
  const back = html("button", { type: "button", onclick: reset }, "Reset");
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${width} ${height}`, role: "group",
    "aria-label": title, "aria-describedby": id })) svg.setAttribute(name, value);
  svg.append(document.createElementNS(SVG, "g"), document.createElementNS(SVG, "g"));
  const lead = html("strong"), words = html("span");
  const status = html("p", { id, role: "status" }, lead, words);
  const root = html("div", { class: `ck ck-${name}`, role: "group", "aria-label": title },
    html("div", { class: "ck-controls" }, ...parts.map(([part]) => part), html("div", { class: "ck-buttons" }, show, back)),
    svg, status);
  root.style.maxWidth = `${width}px`;

  let handles = [];
  function draw() {
    const state = model.get("state");
    const frame = view.frame(state, data);
    handles = view.handles?.(frame, state, data) ?? [];
    patch(svg.firstChild, view.draw(frame, state, data));
    patch(svg.lastChild, handles.map(handle));
    parts.forEach(([, update]) => update(state));
    lead.textContent = step < 0 ? "" : `${step + 1} of ${steps.length}: ${steps[step].say} `;
    words.textContent = frame.words;
    show.textContent = step < 0 ? "Show me" : step + 1 < steps.length ? "Next" : "Done";
  }
  hold(svg, () => handles, set, view.anywhere);
  // JupyterLab's command mode would take arrows and letters for itself; Escape leads back to it.
  root.addEventListener("keydown", (event) => event.key !== "Escape" && event.stopPropagation());
  model.on("change:state", draw);
  draw();
  el.replaceChildren(root);
  return () => (stop(), clearTimeout(timer), model.off("change:state", draw));
};

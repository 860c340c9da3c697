// Sorts and filters the table of students. Without it the table is there, whole and by name.
"use strict";
document.documentElement.classList.add("scripted");
document.addEventListener("DOMContentLoaded", () => {
  const FEW = 200;  // rows that are laid out at once
  const desk = document.getElementById("desk");
  if (!desk) return;
  const table = desk.querySelector("table"), body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const first = heads.findIndex((head) => head.classList.contains("lesson"));
  const worded = heads.map((head, at) => at === 0 || head.classList.contains("text"));

  // A row as it is asked for: the text that each cell begins with, and its number if it is one.
  const people = [...body.rows].map((row) => {
    const texts = [...row.cells].map((cell) => (cell.firstChild?.textContent ?? "").trim());
    return { row, texts, numbers: texts.map(parseFloat), missing: texts.map((text) => text === "–") };
  });
  // The reader's own alphabet: it knows where a language puts its letters.
  const order = new Intl.Collator(undefined, { numeric: true });
  const named = people.sort((a, b) => order.compare(a.texts[0], b.texts[0]));
  let sorted = named, few = true;

  const lessons = (one) => one.missing.slice(first < 0 ? heads.length : first);
  const kinds = {
    "everybody": () => true,
    "who need action": (one) => one.row.querySelector(".todo"),
    "who were late": (one) => one.row.querySelector(".late"),
    "who lack a lesson": (one) => lessons(one).some(Boolean),
    "who handed in nothing": (one) => lessons(one).every(Boolean),
  };
  const at = heads.findIndex((head) => head.classList.contains("section"));
  const sections = at < 0 ? [] : [...new Set(named.map((one) => one.texts[at]))];
  const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  function make(name, about) {
    return Object.assign(document.createElement(name), about);
  }

  function control(label, made) {
    const around = make("label");
    around.append(label, made);
    find.append(around);
    made.addEventListener("input", show);
    return made;
  }

  function choice(label, options) {
    const made = make("select");
    made.append(...options.map((words) => new Option(words)));
    return control(label, made);
  }

  const find = make("div", { className: "find" }), said = make("output");
  const asked = control("Find a student", make("input", { type: "search" }));
  const kind = choice("Show", Object.keys(kinds));
  const section = sections.length > 1 ? choice("Section", ["all", ...sections.sort(order.compare)]) : null;
  const every = make("button", { type: "button", textContent: "Show all rows" });
  every.addEventListener("click", () => { few = false; show(); });
  find.append(said, every);

  function show() {
    const words = plain(asked.value.trim()).split(/\s+/), fits = kinds[kind.value];
    const found = sorted.filter((one) => {
      if (section && section.selectedIndex && one.texts[at] !== section.value) return false;
      const who = plain(one.texts.filter((_, n) => worded[n]).join(" "));
      return fits(one) && words.every((word) => who.includes(word));
    });
    const rows = few ? found.slice(0, FEW) : found;
    body.replaceChildren(...rows.map((one) => one.row));
    every.hidden = rows.length === found.length;
    said.textContent = `${found.length} of ${named.length} students`
      + (every.hidden ? "" : `, the first ${FEW} below`);
    feet(found);
  }

  // What is not there comes last, whichever way; equals stay by name, for sorting is stable.
  function sort(at, falling) {
    const sign = falling ? -1 : 1;
    sorted = [...named].sort((a, b) => {
      if (worded[at]) return sign * order.compare(a.texts[at], b.texts[at]);
      const [x, y] = [a.numbers[at], b.numbers[at]];
      return Number.isNaN(x) - Number.isNaN(y) || sign * (x - y) || 0;
    });
    heads.forEach((head, n) => {
      if (n === at) head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
      head.querySelector("span").textContent = n !== at ? "" : falling ? " ▼" : " ▲";
    });
    show();
  }

  function middle(numbers) {
    const all = numbers.sort((a, b) => a - b), n = all.length;
    return (all[(n - 1) >> 1] + all[n >> 1]) / 2;
  }

  // The rows below count everybody who was found.
  function feet(found) {
    const [count, half] = table.tFoot.rows;
    heads.forEach((_, n) => {
      if (worded[n]) return;
      const numbers = found.map((one) => one.numbers[n]).filter((x) => !Number.isNaN(x));
      const there = found.filter((one) => !one.missing[n] && one.texts[n] !== "excused").length;
      count.cells[n].textContent = n < first ? "" : there;
      half.cells[n].textContent = numbers.length ? Number(middle(numbers).toFixed(1)) : "";
    });
  }

  heads.forEach((head, at) => {
    const button = make("button", { type: "button" }), arrow = make("span", { ariaHidden: "true" });
    button.append(...head.childNodes, arrow);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      sort(at, now ? now === "ascending" : !worded[at]);  // names from A, points from the top
    });
  });
  addEventListener("beforeprint", () => { few = false; show(); });
  show();
  desk.before(find);
  document.documentElement.classList.remove("scripted");
});

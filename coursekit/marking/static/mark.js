// The secret is behind the #, which no browser sends; it stays in this tab, of this port alone, and
// goes along with each request in a header, which no other site's page can set.
const KEPT = "coursekit-marker";
const byId = (id) => document.getElementById(id);
const [question, answers, said] = ["question", "answers", "said"].map(byId);
if (location.hash.length > 20) {
  sessionStorage.setItem(KEPT, location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}

const tell = (words) => { said.textContent = words; };

async function ask(path, given) {
  const headers = { Authorization: `Marker ${sessionStorage.getItem(KEPT) || ""}` };
  const about = given ? { method: "POST", body: JSON.stringify(given) } : {};
  if (given) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { ...about, headers });
  } catch {
    throw new Error("Not kept: nobody answers. Is `coursekit mark` still running?");
  }
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Error(told.said || `Not kept (${answer.status}).`);
  }
  return answer.headers.get("Content-Type").startsWith("text/html") ? answer.text() : answer.json();
}

// One after the other: a key that is pressed while another's mark is on its way waits for it.
let before = Promise.resolve();
const then = (deed) => {
  before = before.then(deed).catch((error) => tell(error.message));
  return before;
};

const cards = () => [...answers.querySelectorAll(".answer")];
const here = () => document.activeElement.closest(".answer");
const field = (card, name) => card.querySelector(`[name="${name}"]`);

function go(card) {
  if (!card) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function next(card) {
  const all = cards();
  const at = all.indexOf(card);
  const open = [...all.slice(at + 1), ...all.slice(0, at)].find((c) => !c.classList.contains("done"));
  go(open || card);
  return open;
}

async function open(option, id) {
  const { lesson, exercise } = option.dataset;
  option.selected = true;
  answers.innerHTML = await ask(`answers?${new URLSearchParams({ lesson, exercise })}`);
  go((id && byId(id)) || cards().find((c) => !c.classList.contains("done")) || cards()[0]);
}

const option = (found) => [...question.options].find(
  (o) => o.dataset.lesson === found.lesson && o.dataset.exercise === found.exercise);

async function show(found) {
  const mine = option(found);
  if (mine && found.label) mine.textContent = found.label;
  tell(found.said);
  const old = byId(found.id);
  if (!old) return mine && open(mine, found.id);
  old.outerHTML = found.card;
  byId("reasons").innerHTML = found.reasons;
  go(byId(found.id));
}

const key = (card) => {
  const { student, lesson, exercise, seen } = card.dataset;
  return { student, lesson, exercise, seen };
};

async function keep(card, points) {
  const reason = field(card, "reason").value;
  await show(await ask("mark", { ...key(card), points, reason }));
  if (!next(byId(card.id))) tell(`${said.textContent} All of these are marked.`);
}

const undo = () => then(async () => {
  const found = await ask("undo", {});
  await show(found);
  tell(`Undone. ${found.said}`);
});

answers.addEventListener("submit", (event) => {
  event.preventDefault();
  const card = event.target.closest(".answer");
  const points = field(card, "points").value.trim();
  if (points) then(() => keep(card, points));
  else { go(card); tell("Now the points: 0 to 9."); }
});

answers.addEventListener("click", (event) => {
  const card = event.target.closest(".answer");
  if (event.target.matches(".back")) then(async () => show(await ask("back", key(card))));
});

// Only while an answer has the focus, so that whoever speaks or types elsewhere marks nothing.
answers.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input")) {
    if (event.key === "Escape") go(here());
    return;
  }
  const deeds = {
    p: () => field(here(), "points").select(),
    r: () => field(here(), "reason").focus(),
    j: () => go(cards()[cards().indexOf(here()) + 1]),
    k: () => go(cards()[cards().indexOf(here()) - 1]),
  };
  if (/^[0-9]$/.test(event.key)) {
    event.preventDefault();
    then(() => here() && keep(here(), event.key));
  } else if (event.key === "u") {
    event.preventDefault();
    undo();
  } else if (Object.hasOwn(deeds, event.key)) {
    event.preventDefault();
    deeds[event.key]();
  }
});

byId("undo").addEventListener("click", undo);
question.addEventListener("change", () => then(() => open(question.selectedOptions[0])));
then(async () => {
  question.innerHTML = await ask("questions");
  const first = [...question.options].find((o) => o.dataset.left !== "0") || question.options[0];
  await open(first);
  tell("");
});

// The live part of a page is drawn by the server and put here whole whenever the room changes.
const live = document.getElementById("live");
const line = document.getElementById("line");
const said = document.getElementById("said");
const helper = document.getElementById("helper");

function put(html) {
  const active = live.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...live.querySelectorAll("details[open]")].map((one) => one.id);
  live.innerHTML = html;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (active) (document.getElementById(active) || live.querySelector("button"))?.focus();
  const words = live.querySelector(".verdict, h2")?.innerText || "";
  if (said.textContent !== words) said.textContent = words;
}

const source = new EventSource(live.dataset.stream);
source.addEventListener("page", (event) => put(event.data));
source.onopen = () => { line.textContent = "Live."; line.className = ""; };
source.onerror = () => {
  line.textContent = "Not connected: this is how it was. Trying again.";
  line.className = "lost";
  if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
};

// Buttons work without leaving the page; without this script they load it again.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  if (helper) body.set("helper", helper.value);
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body, redirect: "manual" });
  if (answer.type !== "opaqueredirect") location.reload();
});

if (helper) {
  helper.value = sessionStorage.getItem("helper") || "";
  helper.addEventListener("input", () => sessionStorage.setItem("helper", helper.value));
}

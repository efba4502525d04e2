// Sending the selection: the plan first, then the same run with its progress.
import { $, ask, careful, chosen, element, follow, hereToo, post, say } from "/static/common.js";

const ids = [...chosen.ids];
const buttons = ["prepare", "upload", "mark"].map($);
// What the terminal says by a command, this page does by a button.
const byButton = (step) => step.replace(/say so: stockctl submit .*--mark-sent$/, `press “${$("mark").textContent}”`);
const size = (bytes) => (bytes > 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`);

function row(file) {
  const name = file.path.split(/[\\/]/).pop();
  return element("tr", { class: file.state },
    element("th", { scope: "row" }, file.id ? element("a", { href: `/file/${file.id}` }, name) : name),
    element("td", {}, file.state),
    element("td", {}, file.remote ?? ""),
    element("td", {},
      ...[...file.why, ...file.warnings].map((one) => element("p", {}, one,
        file.mends[one] ? element("span", { class: "hint" }, ` – ${hereToo(file.mends[one])}`) : null))));
}

function show(document_) {
  const order = { failed: 0, held: 1 };
  const files = [...document_.files].sort((a, b) => (order[a.state] ?? 2) - (order[b.state] ?? 2));
  $("plan").replaceChildren(...files.map(row));
  const counts = new Map();
  for (const file of files) counts.set(file.state, (counts.get(file.state) ?? 0) + 1);
  $("sum").textContent = [...counts].map(([state, count]) => `${count} ${state}`).join(", ");
  const what = (one) => (one.kinds.includes("video") ? "clips" : "pictures");
  $("quota").textContent = document_.quotas.filter(Boolean).map((one) => `${one.used} of ${one.limit} ${what(one)} sent in ${one.window_days} days`).join("; ");
  $("notes").replaceChildren(...document_.notes.map((one) => element("span", {}, one)));
  $("next").hidden = !document_.steps.length;
  $("steps").replaceChildren(...document_.steps.map((one) => element("li", {}, byButton(one))));
  for (const one of document_.errors) say(one.error, one.hint);
}

function ready(on) {
  for (const button of buttons) button.disabled = !on;
}

const plan = careful(async () => {
  $("plan").replaceChildren();
  ready(false);
  if (!ids.length) return say("no pictures are chosen", "choose some in the grid");
  if (!$("agency").value) return undefined;
  sessionStorage.setItem("desk-agency", $("agency").value);
  show(await post("/api/plan", { ids, agency: $("agency").value, prepare: false }));
  return ready(true);
});

const progress = $("progress");
async function through(job) {
  progress.hidden = false;
  ready(false);
  try {
    show(await follow(job, (state) => {
      progress.max = state.total || 1;
      progress.value = state.done;
      $("sum").textContent = state.total ? `${size(state.done)} of ${size(state.total)}, ${state.note}` : state.title;
    }));
  } finally {
    progress.hidden = true;
    ready(true);
  }
}
const run = (prepare) => careful(async () => through(await post("/api/send", { ids, agency: $("agency").value, prepare })));

$("prepare").addEventListener("click", run(true));
$("upload").addEventListener("click", run(false));
$("mark").addEventListener("click", careful(async () => show(await post("/api/mark", { ids, agency: $("agency").value }))));
$("agency").addEventListener("change", plan);
$("to").addEventListener("submit", (event) => event.preventDefault());

const begin = careful(async () => {
  const found = await ask("/api/agencies");
  $("agency").append(...found.agencies.map((one) => element("option", { value: one.name }, one.title)));
  const before = sessionStorage.getItem("desk-agency");
  if (found.agencies.some((one) => one.name === before)) $("agency").value = before;
  // Where a run goes on that was begun here before, it is followed.
  const { jobs } = await ask("/api/jobs");
  const sending = jobs.find((job) => job.lane === "send");
  if (sending) await through(sending);
  else await plan();
});
await begin();

// Sending the selection: the plan first, then the same run with its progress.
import { $, ask, careful, chosen, element, follow, post, say } from "/static/common.js";

const ids = [...chosen.ids];
const progress = $("progress");

function show(document_) {
  const rows = document_.files.map((file) => element("tr", { class: file.state },
    element("th", { scope: "row" }, file.id ? element("a", { href: `/file/${file.id}` }, file.path.split(/[\\/]/).pop()) : file.path),
    element("td", {}, file.state),
    element("td", {}, file.remote ?? ""),
    element("td", {}, [...file.why, ...file.warnings].join("; "))));
  $("plan").replaceChildren(...rows);
  const { quota } = document_;
  $("quota").textContent = quota ? `${quota.used} of ${quota.limit} used in ${quota.window_days} days` : "";
  $("next").textContent = [...document_.notes, document_.sheet.next].filter(Boolean).join("; ");
  for (const one of document_.errors) say(one.error, one.hint);
}

const plan = careful(async () => {
  $("plan").replaceChildren();
  if (!ids.length) return say("no pictures are chosen", "choose some in the grid");
  if (!$("agency").value) return undefined;
  sessionStorage.setItem("desk-agency", $("agency").value);
  return show(await post("/api/plan", { ids, agency: $("agency").value, prepare: false }));
});

const run = (prepare) => careful(async () => {
  progress.hidden = false;
  try {
    const job = await post("/api/send", { ids, agency: $("agency").value, prepare });
    show(await follow(job, (state) => {
      progress.max = state.total || 1;
      progress.value = state.done;
    }));
  } finally {
    progress.hidden = true;
  }
});

$("prepare").addEventListener("click", run(true));
$("upload").addEventListener("click", run(false));
$("mark").addEventListener("click", careful(async () => show(await post("/api/mark", { ids, agency: $("agency").value }))));
$("agency").addEventListener("change", plan);
$("to").addEventListener("submit", (event) => event.preventDefault());

const begin = careful(async () => {
  const found = await ask("/api/files");
  $("agency").append(...found.agencies.map((one) => element("option", { value: one.name }, one.title)));
  const before = sessionStorage.getItem("desk-agency");
  if (found.agencies.some((one) => one.name === before)) $("agency").value = before;
  await plan();
});
await begin();

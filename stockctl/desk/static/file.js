// One picture: looked at, its words worked on and saved, and on to the next.
import { $, careful, chosen, follow, post, say } from "/static/common.js";
import { look as askModel } from "/static/look.js";
import { id, look, zoom } from "/static/picture.js";
import { conflict, read, settled, words } from "/static/words.js";
import "/static/more.js";

const order = JSON.parse(sessionStorage.getItem("desk-order") || "[]");

const save = careful(async (ids) => {
  await settled();
  let job;
  try {
    job = await post("/api/save", { ids, shown: id, revision: words.revision });
  } catch (error) {
    if (error.stale) return conflict(error.message);
    throw error;
  }
  const done = await follow(job);
  if (done.errors.length) say(done.errors.map((one) => `${one.name}: ${one.error}`).join("; "), done.errors[0].hint);
  const files = `${done.changed} ${done.changed === 1 ? "file" : "files"}`;
  const state = done.changed ? `saved ${files}: batch ${done.batch}` : "nothing to save: the file says so already";
  if (!done.errors.some((one) => one.id === id)) sessionStorage.setItem("desk-last", id);
  await look();
  $("state").textContent = done.errors.length && !done.changed ? "not saved" : state;
  return undefined;
});
$("save").addEventListener("click", () => save([id]));
$("save-all").addEventListener("click", () => save([...new Set([id, ...chosen.ids])]));
$("look").addEventListener("click", careful(async () => {
  await settled();
  if (await askModel([id])) await read();
}));

// -- from picture to picture

const place = order.indexOf(id);
sessionStorage.setItem("desk-here", id);
$("place").textContent = place >= 0 ? `${place + 1} of ${order.length}` : "";
const step = (to) => (place >= 0 && order[to] ? `/file/${order[to]}` : null);
for (const [name, to] of [["before", step(place - 1)], ["after", step(place + 1)]]) {
  if (to) $(name).href = to;
  else $(name).hidden = true;
}
function mark() {
  $("choose").setAttribute("aria-pressed", chosen.ids.has(id));
}
$("choose").addEventListener("click", () => {
  if (!chosen.ids.delete(id)) chosen.ids.add(id);
  chosen.keep();
});
document.addEventListener("desk:chosen", mark);
mark();

addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const typing = event.target.matches("input, textarea, select");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !typing;
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    save([id]);
  } else if (event.key === "Escape") {
    // From a field to the page first, and from the page to the grid.
    if (typing) event.target.blur();
    else location.assign("/");
  } else if (plain && event.key === "z") {
    zoom($("zoom").getAttribute("aria-pressed") !== "true");
  } else if (plain && ["n", "p"].includes(event.key)) {
    const to = step(place + (event.key === "n" ? 1 : -1));
    if (to) location.assign(to);
  } else if (plain && event.key === "c") {
    $("choose").click();
  }
});
document.addEventListener("desk:changed", async () => {
  await read();
  await look();
});
await look();
await read();

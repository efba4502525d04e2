// The grid: pictures found, sorted, chosen by mouse and keyboard, and handed on.
import { $, ask, careful, chosen, element, follow, post, say } from "/static/common.js";
import { look } from "/static/look.js";
import { Pane } from "/static/pane.js";

const pane = new Pane($("grid"), $("canvas"));
let data = { version: 0, files: [], folders: [], agencies: [] };
let byId = new Map();
let anchor = 0;

const RANK = { blocked: 0, warning: 1, missing: 1, ready: 3, "": 2 };
const KEPT = ["search", "show", "agency", "rule", "folder", "sort"];
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

const state = (file) => ($("agency").value ? file.verdict[$("agency").value] ?? "" : file.picture);

function wanted(file) {
  const agency = $("agency").value;
  const has = (list) => (agency ? list.includes(agency) : list.length > 0);
  switch ($("show").value) {
    case "words": return file.texts === "missing" || !file.words.length || !file.title;
    case "look": return ["warning", "blocked"].includes(state(file));
    case "ready": return agency ? state(file) === "ready" : Object.values(file.verdict).includes("ready");
    case "prepared": return has(file.prepared);
    case "sent": return has(file.sent);
    case "decided": return has(Object.keys(file.decided));
    case "sold": return file.sold > 0;
    case "chosen": return chosen.ids.has(file.id);
    default: return true;
  }
}

// A shoot: the pictures of one folder and one day.
const folderOf = (file) => data.folders[file.folder].split(/[\\/]/).slice(-2).join("/");
const shootOf = (file) => `${folderOf(file)} · ${file.taken ? days.format(new Date(`${file.taken.slice(0, 10)}T00:00:00Z`)) : "no day"}`;
const byTime = (a, b) => (a.folder - b.folder) || (a.taken < b.taken ? -1 : a.taken > b.taken ? 1 : 0);
const ORDERS = {
  name: [null, folderOf],
  shoot: [byTime, shootOf],
  worst: [(a, b) => RANK[state(a)] - RANK[state(b)], null],
  new: [(a, b) => (b.changed.length - a.changed.length) || (b.changed > a.changed ? 1 : b.changed < a.changed ? -1 : 0), null],
  sold: [(a, b) => b.sold - a.sold, null],
};

function apply() {
  const search = $("search").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const rule = $("rule").value;
  const folder = $("folder").value;
  const before = pane.files[pane.cursor]?.id;
  const files = data.files.filter((file) => wanted(file)
    && (!rule || file.rules.includes(rule))
    && (!folder || String(file.folder) === folder)
    && search.every((word) => file.text.includes(word)));
  const [order, head] = ORDERS[$("sort").value];
  if (order) files.sort(order);
  const found = files.findIndex((file) => file.id === before);
  pane.cursor = Math.max(0, found);
  anchor = pane.cursor;
  sessionStorage.setItem("desk-order", JSON.stringify(files.map((file) => file.id)));
  sessionStorage.setItem("desk-filters", JSON.stringify(KEPT.map((id) => [id, $(id).value])));
  pane.show(files, data.agencies, head);
  told();
}

function told() {
  const shown = pane.files.length;
  const total = data.files.length === shown ? "" : ` of ${data.files.length}`;
  const unseen = chosen.ids.size ? [...chosen.ids].filter((id) => byId.has(id)).length - pane.files.filter((file) => chosen.ids.has(file.id)).length : 0;
  const rest = data.left_out ? `; the newest of ${data.files.length + data.left_out}: name folders to see others` : "";
  $("count").textContent = data.version ? `${shown}${total} pictures${unseen ? `, ${unseen} chosen that are not shown` : ""}${rest}` : "reading …";
  $("none-there").hidden = !data.version || shown > 0;
  $("none-there").textContent = data.files.length ? "No picture is like that: change what is asked for above." : "No pictures yet: end the desk with Ctrl-C, and start it with a folder: stockctl desk FOLDER";
}

// -- moving and choosing

function choose(ids, on = true) {
  for (const id of ids) {
    if (on) chosen.ids.add(id);
    else chosen.ids.delete(id);
  }
  chosen.keep();
  pane.draw();
  told();
}

function move(to, { extend = false } = {}) {
  if (!pane.files.length) return;
  pane.cursor = Math.min(Math.max(0, to), pane.files.length - 1);
  pane.reveal(pane.cursor);
  if (!extend) {
    anchor = pane.cursor;
    pane.draw();
    return;
  }
  const [low, high] = [Math.min(anchor, pane.cursor), Math.max(anchor, pane.cursor)];
  choose(pane.files.slice(low, high + 1).map((file) => file.id));
}

function toggle(place) {
  const { id } = pane.files[place];
  choose([id], !chosen.ids.has(id));
}

const all = () => choose(pane.files.map((file) => file.id));
const none = () => choose([...chosen.ids], false);
function group() {
  if (!pane.files.length) return;
  const { start, end } = pane.blockOf(pane.cursor);
  choose(pane.files.slice(start, end).map((file) => file.id));
}
function open(place = pane.cursor) {
  if (!pane.files[place]) return;
  sessionStorage.setItem("desk-here", pane.files[place].id);
  location.assign(`/file/${pane.files[place].id}`);
}

const MOVES = {
  ArrowLeft: () => pane.cursor - 1,
  ArrowRight: () => pane.cursor + 1,
  ArrowUp: () => pane.across(pane.cursor, -1),
  ArrowDown: () => pane.across(pane.cursor, 1),
  PageUp: () => pane.across(pane.cursor, -pane.pageful()),
  PageDown: () => pane.across(pane.cursor, pane.pageful()),
  Home: () => 0,
  End: () => pane.files.length - 1,
};

$("grid").addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  if (event.key in MOVES) {
    event.preventDefault();
    if (pane.files.length) move(MOVES[event.key](), { extend: event.shiftKey });
  } else if (event.key === " ") {
    event.preventDefault();
    if (pane.files.length) toggle(pane.cursor);
  } else if (event.key === "Enter") {
    open();
  } else if (event.key.toLowerCase() === "a" && command) {
    event.preventDefault();
    all();
  } else if (event.key === "g" && !command) {
    group();
  } else if (event.key === "Escape") {
    none();
  }
});

$("grid").addEventListener("click", (event) => {
  const cell = event.target.closest(".cell");
  if (!cell) return;
  const place = Number(cell.dataset.place);
  if (event.shiftKey) move(place, { extend: true });
  else {
    move(place);
    if (event.ctrlKey || event.metaKey) toggle(place);
    else {
      chosen.ids.clear();
      choose([pane.files[place].id]);
    }
  }
});
$("grid").addEventListener("dblclick", (event) => {
  const cell = event.target.closest(".cell");
  if (cell) open(Number(cell.dataset.place));
});

// -- what the desk knows

function fill(select, options) {
  const before = select.value;
  select.replaceChildren(select.options[0], ...options.map(([value, text]) => element("option", { value }, text)));
  select.value = [...select.options].some((option) => option.value === before) ? before : "";
}

function taken(found) {
  const fresh = found.files.map((file) => ({ ...file, ...found.verdicts[file.verdict], text: `${file.name} ${file.title} ${file.words.join(" ")}`.toLowerCase() }));
  if (found.whole) byId = new Map(fresh.map((file) => [file.id, file]));
  else for (const file of fresh) byId.set(file.id, file);
  data = { ...found, files: [...byId.values()] };
}

let first = true;
const load = careful(async () => {
  const found = await ask(`/api/files?version=${data.version}`);
  if (!found.whole && !found.files.length && found.version === data.version) return;
  taken(found);
  fill($("agency"), data.agencies.map((one) => [one.name, one.title]));
  fill($("folder"), data.folders.map((path, number) => [String(number), path.split(/[\\/]/).slice(-2).join("/")]));
  const rules = new Set(data.files.flatMap((file) => file.rules));
  fill($("rule"), [...rules].sort().map((name) => [name, name]));
  if (first || found.whole) {
    for (const [id, value] of JSON.parse(sessionStorage.getItem("desk-filters") || "[]")) {
      if (!$(id).options || [...$(id).options].some((option) => option.value === value)) $(id).value = value;
    }
    for (const id of [...chosen.ids]) if (!byId.has(id)) chosen.ids.delete(id);
    chosen.keep();
  }
  apply();
  const here = pane.files.findIndex((file) => file.id === sessionStorage.getItem("desk-here"));
  if (first && here > 0) move(here);
  first = false;
  if (data.problem_count) say(`${data.problem_count} ${data.problem_count === 1 ? "file" : "files"} cannot be read: ${data.problems[0]}`);
}, { asked: false });

// While something goes on, what has changed is fetched now and then, not at every step.
let due = 0;
function step() {
  if (due) return;
  due = setTimeout(async () => {
    await load();
    due = 0;
  }, 700);
}
const watch = careful(async () => {
  const { jobs } = await ask("/api/jobs");
  for (const job of jobs) follow(job, step).catch((error) => say(error.message, error.hint)).finally(load);
}, { asked: false });

for (const id of KEPT.slice(1)) $(id).addEventListener("change", apply);
$("search").addEventListener("input", apply);
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("open").addEventListener("click", () => open());
$("all").addEventListener("click", all);
$("group").addEventListener("click", group);
$("none").addEventListener("click", none);
$("send").addEventListener("click", () => location.assign("/send"));
$("check").addEventListener("click", careful(async () => {
  await follow(await post("/api/check", {}), step);
  await load();
}));
$("look").addEventListener("click", () => look([...chosen.ids]));
document.addEventListener("desk:changed", load);
await load();
await watch();

// The grid: only what is on the screen is in the page, whatever the number of pictures.
import { $, ask, careful, chosen, element, follow, post, say } from "/static/common.js";

const grid = $("grid");
const canvas = $("canvas");
const WIDTH = 208;
const HEIGHT = 250;
let data = { version: 0, files: [], folders: [], agencies: [] };
let shown = [];
let cursor = 0;
let anchor = 0;
let columns = 1;
const cells = new Map();

const RANK = { blocked: 0, warning: 1, missing: 1, ready: 3, "": 2 };
const WORDS = { ready: "ready", warning: "look", blocked: "refused", missing: "none", "": "…" };

function state(file) {
  const agency = $("agency").value;
  return agency ? file.verdict[agency] ?? "" : file.picture;
}

function wanted(file) {
  const agency = $("agency").value;
  const has = (list) => (agency ? list.includes(agency) : list.length > 0);
  switch ($("show").value) {
    case "words": return file.texts === "missing" || !file.words.length;
    case "look": return agency ? ["warning", "blocked"].includes(state(file)) : ["warning", "blocked"].includes(file.picture);
    case "ready": return agency ? state(file) === "ready" : Object.values(file.verdict).some((word) => word === "ready");
    case "prepared": return has(file.prepared);
    case "sent": return has(file.sent);
    case "decided": return agency ? agency in file.decided : Object.keys(file.decided).length > 0;
    case "sold": return file.sold > 0;
    default: return true;
  }
}

function apply() {
  const search = $("search").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const rule = $("rule").value;
  const folder = $("folder").value;
  const before = shown[cursor]?.id;
  shown = data.files.filter((file) => {
    if (!wanted(file)) return false;
    if (rule && !file.rules.includes(rule)) return false;
    if (folder && String(file.folder) !== folder) return false;
    if (!search.length) return true;
    const text = `${file.name} ${file.title} ${file.words.join(" ")}`.toLowerCase();
    return search.every((word) => text.includes(word));
  });
  const order = {
    name: () => 0,
    worst: (a, b) => RANK[state(a)] - RANK[state(b)],
    new: (a, b) => (BigInt(b.changed || 0) > BigInt(a.changed || 0) ? 1 : -1),
    sold: (a, b) => b.sold - a.sold,
  }[$("sort").value];
  if ($("sort").value !== "name") shown.sort(order);
  const found = shown.findIndex((file) => file.id === before);
  cursor = Math.max(0, found);
  anchor = cursor;
  sessionStorage.setItem("desk-order", JSON.stringify(shown.map((file) => file.id)));
  sessionStorage.setItem("desk-filters", JSON.stringify(["search", "show", "agency", "rule", "folder", "sort"].map((id) => [id, $(id).value])));
  for (const cell of cells.values()) cell.remove();
  cells.clear();
  lay();
  draw();
}

function lay() {
  columns = Math.max(1, Math.floor(grid.clientWidth / WIDTH));
  canvas.style.height = `${Math.ceil(shown.length / columns) * HEIGHT}px`;
}

function draw() {
  const first = Math.max(0, Math.floor(grid.scrollTop / HEIGHT) - 2) * columns;
  const last = Math.min(shown.length, (Math.ceil((grid.scrollTop + grid.clientHeight) / HEIGHT) + 2) * columns);
  for (const [place, cell] of cells) {
    if (place < first || place >= last) {
      cell.remove();
      cells.delete(place);
    }
  }
  const wide = grid.clientWidth / columns;
  for (let place = first; place < last; place += 1) {
    let cell = cells.get(place);
    if (!cell) {
      cell = make(shown[place], place);
      cells.set(place, cell);
      canvas.append(cell);
    }
    cell.style.transform = `translate(${Math.round((place % columns) * wide)}px, ${Math.floor(place / columns) * HEIGHT}px)`;
    cell.style.width = `${Math.floor(wide) - 8}px`;
    cell.setAttribute("aria-selected", chosen.ids.has(shown[place].id));
    cell.classList.toggle("here", place === cursor);
  }
  const here = shown[cursor];
  if (here) grid.setAttribute("aria-activedescendant", `file-${here.id}`);
  else grid.removeAttribute("aria-activedescendant");
  const total = data.files.length === shown.length ? "" : ` of ${data.files.length}`;
  $("count").textContent = data.version ? `${shown.length}${total} pictures` : "reading …";
}

function chip(kind, word, label) {
  return element("span", { class: `chip ${word}`, title: `${label}: ${WORDS[word] ?? word}` }, kind);
}

function make(file, place) {
  const picture = ["photo", "illustration"].includes(file.kind)
    ? element("img", { src: `/thumb/${file.id}?${file.changed}`, alt: "", loading: "lazy", decoding: "async", draggable: "false" })
    : element("span", { class: "kind" }, file.kind || "not read");
  const marks = element("span", { class: "marks" });
  marks.append(chip("picture", file.picture, "picture"), chip(file.words.length ? `${file.words.length} words` : "words", file.texts, "words"));
  for (const agency of data.agencies) {
    const word = file.verdict[agency.name];
    if (word === undefined || marks.childElementCount > 7) continue;
    const standing = file.decided[agency.name] || (file.sent.includes(agency.name) ? "sent" : file.prepared.includes(agency.name) ? "prepared" : "");
    marks.append(element("span", { class: `chip small ${standing || word}`, title: `${agency.title}: ${standing || WORDS[word]}` }, agency.initials));
  }
  if (file.sold) marks.append(element("span", { class: "chip small sold", title: `sold ${file.sold} times` }, `${file.sold} sold`));
  const name = element("span", { class: "name" }, file.name);
  const told = `${file.name}, picture ${WORDS[file.picture]}, words ${WORDS[file.texts]}`;
  const cell = element(
    "div",
    { class: "cell", role: "option", id: `file-${file.id}`, "aria-label": told, "aria-posinset": place + 1, "aria-setsize": shown.length, "data-place": place },
    element("span", { class: "thumb" }, picture), name, marks,
  );
  return cell;
}

function move(to, { extend = false } = {}) {
  if (!shown.length) return;
  cursor = Math.min(Math.max(0, to), shown.length - 1);
  if (extend) {
    const [low, high] = [Math.min(anchor, cursor), Math.max(anchor, cursor)];
    for (let place = low; place <= high; place += 1) chosen.ids.add(shown[place].id);
    chosen.keep();
  } else {
    anchor = cursor;
  }
  const top = Math.floor(cursor / columns) * HEIGHT;
  if (top < grid.scrollTop) grid.scrollTop = top;
  if (top + HEIGHT > grid.scrollTop + grid.clientHeight) grid.scrollTop = top + HEIGHT - grid.clientHeight;
  draw();
}

function toggle(place) {
  const { id } = shown[place];
  if (!chosen.ids.delete(id)) chosen.ids.add(id);
  chosen.keep();
  draw();
}

const open = (place = cursor) => shown[place] && location.assign(`/file/${shown[place].id}`);

grid.addEventListener("keydown", (event) => {
  const page = Math.max(1, Math.floor(grid.clientHeight / HEIGHT)) * columns;
  const to = { ArrowLeft: cursor - 1, ArrowRight: cursor + 1, ArrowUp: cursor - columns, ArrowDown: cursor + columns, Home: 0, End: shown.length - 1, PageUp: cursor - page, PageDown: cursor + page }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    move(to, { extend: event.shiftKey });
  } else if (event.key === " ") {
    event.preventDefault();
    if (shown.length) toggle(cursor);
  } else if (event.key === "Enter") {
    open();
  } else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    all();
  } else if (event.key === "Escape") {
    none();
  }
});

grid.addEventListener("click", (event) => {
  const cell = event.target.closest(".cell");
  if (!cell) return;
  const place = Number(cell.dataset.place);
  if (event.shiftKey) move(place, { extend: true });
  else if (event.ctrlKey || event.metaKey) {
    move(place);
    toggle(place);
  } else {
    move(place);
    chosen.ids.clear();
    chosen.ids.add(shown[place].id);
    chosen.keep();
    draw();
  }
});
grid.addEventListener("dblclick", (event) => {
  const cell = event.target.closest(".cell");
  if (cell) open(Number(cell.dataset.place));
});

function all() {
  for (const file of shown) chosen.ids.add(file.id);
  chosen.keep();
  draw();
}

function none() {
  chosen.ids.clear();
  chosen.keep();
  draw();
}

let asked = false;
grid.addEventListener("scroll", () => {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    draw();
  });
});
new ResizeObserver(() => {
  lay();
  draw();
}).observe(grid);

function fill(select, options) {
  const before = select.value;
  select.replaceChildren(select.options[0], ...options.map(([value, text]) => element("option", { value }, text)));
  select.value = [...select.options].some((option) => option.value === before) ? before : "";
}

const load = careful(async () => {
  const found = await ask(`/api/files?version=${data.version}`);
  if (found.files) {
    data = found;
    fill($("agency"), data.agencies.map((one) => [one.name, one.title]));
    fill($("folder"), data.folders.map((path, number) => [String(number), path.split(/[\\/]/).slice(-2).join("/")]));
    const rules = new Set(data.files.flatMap((file) => file.rules));
    fill($("rule"), [...rules].sort().map((name) => [name, name]));
    for (const [id, value] of JSON.parse(sessionStorage.getItem("desk-filters") || "[]")) {
      if ([...($(id).options ?? [])].some((option) => option.value === value) || id === "search") $(id).value = value;
    }
    const known = new Set(data.files.map((file) => file.id));
    for (const id of [...chosen.ids]) if (!known.has(id)) chosen.ids.delete(id);
    chosen.keep();
    apply();
    if (data.problems.length) say(`${data.problems.length} files cannot be read: ${data.problems[0]}`);
  }
}, { asked: false });

const watch = careful(async () => {
  const { jobs } = await ask("/api/jobs");
  for (const job of jobs) follow(job).catch((error) => say(error.message, error.hint)).finally(load);
});

for (const id of ["show", "agency", "rule", "folder", "sort"]) $(id).addEventListener("change", apply);
$("search").addEventListener("input", apply);
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("open").addEventListener("click", () => open());
$("all").addEventListener("click", all);
$("none").addEventListener("click", none);
$("send").addEventListener("click", () => location.assign("/send"));
$("check").addEventListener("click", careful(async () => {
  await follow(await post("/api/check", {}));
  await load();
}));
$("look").addEventListener("click", careful(async () => {
  const done = await follow(await post("/api/look", { ids: [...chosen.ids] }));
  say(done.messages.join("; ") || `looked at ${chosen.ids.size} pictures: open them to see what is suggested`);
}));
document.addEventListener("desk:changed", load);
await load();
await watch();

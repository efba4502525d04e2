// One picture: looked at, and its words. Every change is kept at once; the file is written by Save.
import { $, ask, careful, chosen, element, follow, post, say } from "/static/common.js";

const id = $("file").dataset.id;
const order = JSON.parse(sessionStorage.getItem("desk-order") || "[]");
const last = sessionStorage.getItem("desk-last");
let file = null;
let words = null;
let kept = Promise.resolve();
const GROUNDS = { person: "yours", said: "from what you said", seen: "seen in the picture", known: "place or time", alike: "a near-identical frame has it", guessed: "a guess" };

// -- the picture

let boxes = [];
function fit() {
  const image = $("picture");
  const frame = $("frame");
  const box = boxes[0];
  frame.hidden = !box || !image.naturalWidth;
  if (frame.hidden) return;
  const scale = image.clientWidth / file.width;
  const [x, y, width, height] = box.map((side) => side * scale);
  frame.style.transform = `translate(${image.offsetLeft + x}px, ${image.offsetTop + y}px)`;
  frame.style.width = `${width}px`;
  frame.style.height = `${height}px`;
}

function zoom(on, box = null) {
  const stage = $("stage");
  const image = $("picture");
  $("zoom").setAttribute("aria-pressed", on);
  stage.classList.toggle("whole", on);
  image.src = on ? `/full/${id}` : `/picture/${id}`;
  $("zoomed").textContent = on ? "one pixel for one pixel; arrows move" : "";
  image.onload = () => {
    if (on) {
      image.style.width = `${file.width / devicePixelRatio}px`;
      const at = box ?? [file.width / 2, file.height / 2, 0, 0];
      stage.scrollLeft = (at[0] + at[2] / 2) / devicePixelRatio - stage.clientWidth / 2;
      stage.scrollTop = (at[1] + at[3] / 2) / devicePixelRatio - stage.clientHeight / 2;
    } else {
      image.style.width = "";
    }
    fit();
  };
}

function finding(one) {
  const where = one.box
    ? element("button", { type: "button", class: "quiet", onclick: () => { boxes = [one.box]; fit(); $("stage").scrollIntoView({ block: "nearest" }); }, ondblclick: () => zoom(true, one.box) }, "show the place")
    : null;
  const waive = element("button", { type: "button", class: "quiet", onclick: careful(async () => {
    await post("/api/waive", { ids: [id], rule: one.rule });
    await look();
  }) }, "waive");
  return element("li", { class: one.severity },
    element("strong", {}, one.rule), ` ${one.message}`,
    one.agencies.length ? element("span", { class: "quiet" }, ` ${one.agencies.join(", ")}`) : null,
    one.hint ? element("p", { class: "hint" }, one.hint) : null,
    element("p", {}, where, " ", one.severity === "info" ? null : waive));
}

function near(one) {
  return element("li", {},
    element("a", { href: `/file/${one.id}` }, element("img", { src: `/thumb/${one.id}`, alt: "", loading: "lazy" }), one.name),
    element("span", { class: "quiet" }, one.relation === "identical" ? " the same picture" : ` near${one.distance === null ? "" : `, ${one.distance} bits apart`}`),
    " ", element("button", { type: "button", class: "quiet", onclick: () => {
      // The keeper is chosen, the others are not.
      for (const other of [id, ...file.similar.map((frame) => frame.id)]) chosen.ids.delete(other);
      chosen.ids.add(one.id);
      chosen.keep();
      say(`${one.name} is the keeper: it is chosen, the frames near it are not`);
    } }, "keep this one"));
}

const look = careful(async () => {
  file = await ask(`/api/file/${id}`);
  $("facts").textContent = [file.kind, file.format, file.width ? `${file.width} × ${file.height}` : "", file.folder].filter(Boolean).join(" · ");
  $("verdict").replaceChildren(...file.verdict.map((one) => element("li", { class: `chip ${one.is}` }, `${one.agency}: ${one.is}`)));
  $("findings").replaceChildren(...file.findings.map(finding));
  boxes = file.findings.filter((one) => one.box).map((one) => one.box);
  $("near").hidden = !file.similar.length;
  $("frames").replaceChildren(...file.similar.map(near));
  $("stage").hidden = !file.pictured;
  $("picture").alt = words?.title || file.name;
  if (file.pictured && !$("picture").src) zoom(false);
  fit();
}, { asked: false });

$("zoom").addEventListener("click", () => zoom($("zoom").getAttribute("aria-pressed") !== "true"));
addEventListener("resize", fit);

// -- the words

function chip(word, list, place) {
  const told = `${GROUNDS[word.ground] ?? word.ground}${word.reason ? `: ${word.reason}` : ""}`;
  return element("li", {
    class: `chip word ${word.ground}`, role: "option", tabindex: place === 0 ? "0" : "-1", draggable: list === "keywords" ? "true" : "false",
    title: told, "aria-label": `${word.word}, ${told}`, "aria-selected": list === "keywords", "data-place": place, "data-list": list,
  }, element("span", {}, word.word), element("span", { class: "x", "aria-hidden": "true", title: list === "keywords" ? "take out" : "take in" }, list === "keywords" ? "×" : "+"));
}

function drawWords(focus = null) {
  for (const list of ["keywords", "offered"]) {
    $(list).replaceChildren(...words[list].map((word, place) => chip(word, list, place)));
  }
  $("keyword-count").textContent = `${words.keywords.length}`;
  if (focus) {
    const [list, place] = focus;
    const items = $(list).children;
    const item = items[Math.min(Math.max(0, place), items.length - 1)];
    for (const one of items) one.tabIndex = -1;
    if (item) {
      item.tabIndex = 0;
      item.focus();
    } else $(list).focus();
  }
}

function count() {
  const title = $("title").value;
  const description = $("description").value;
  const part = (name, agency, length, key, what) => {
    const low = agency.limits[`${key}_min`];
    const high = agency.limits[`${key}_max`];
    if (!low && !high) return null;
    const bad = (low && length < low.value) || (high && length > high.value);
    const range = [low ? `from ${low.value}` : "", high ? `up to ${high.value}` : ""].filter(Boolean).join(", ");
    return element("span", { class: bad ? "bad" : "" }, `${agency.title}: ${length} ${what}, ${range}`);
  };
  for (const [place, length, key, what] of [["title-counts", title.length, "title", "letters"], ["description-counts", description.length, "description", "letters"], ["keyword-counts", words.keywords.length, "keywords", "words"]]) {
    $(place).replaceChildren(...words.agencies.map((agency) => part(place, agency, length, key, what)).filter(Boolean));
  }
}

function problems(forms) {
  const titles = Object.fromEntries(words.agencies.map((agency) => [agency.name, agency.title]));
  $("problems").replaceChildren(...forms.flatMap((form) => form.problems.map((one) => element("li", { class: one.official ? "error" : "warning" }, `${titles[form.agency]}: ${one.message}`))));
}

function changed(focus = null) {
  words.title = $("title").value;
  words.description = $("description").value;
  drawWords(focus);
  count();
  keep();
}

let waiting = null;
function keep() {
  $("state").textContent = "keeping …";
  clearTimeout(waiting);
  waiting = setTimeout(send, 150);
}

function send() {
  clearTimeout(waiting);
  waiting = null;
  const draft = { title: words.title, description: words.description, keywords: words.keywords.map((word) => word.word), offered: words.offered.map((word) => word.word) };
  kept = kept.then(careful(async () => {
    const found = await post(`/api/keep/${id}`, draft);
    $("state").textContent = "kept here; not in the file yet";
    problems(found.forms);
  }, { asked: false }));
  return kept;
}

function add(text) {
  const parts = text.split(/[,;\n\t，、]/).map((word) => word.trim()).filter(Boolean);
  const there = new Set(words.keywords.map((word) => word.word.toLowerCase()));
  const fresh = [...new Map(parts.map((word) => [word.toLowerCase(), word])).values()].filter((word) => !there.has(word.toLowerCase()));
  if (!fresh.length) return;
  const lower = new Set(fresh.map((word) => word.toLowerCase()));
  words.offered = words.offered.filter((word) => !lower.has(word.word.toLowerCase()));
  const own = words.keywords.findIndex((word) => word.ground !== "person");
  const place = own < 0 ? words.keywords.length : own;
  words.keywords.splice(place, 0, ...fresh.map((word) => ({ word, ground: "person", source: "person", reason: "" })));
  changed();
}

function toggle(list, place) {
  const [word] = words[list].splice(place, 1);
  if (!word) return;
  if (list === "keywords") words.offered.unshift(word);
  else words.keywords.push(word);
  changed([list, place]);
}

function reorder(from, to) {
  const place = Math.min(Math.max(0, to), words.keywords.length - 1);
  const [word] = words.keywords.splice(from, 1);
  words.keywords.splice(place, 0, word);
  changed(["keywords", place]);
}

const ban = careful(async (list, place) => {
  const { word } = words[list][place];
  await post("/api/ban", { word });
  words[list].splice(place, 1);
  changed([list, place]);
  say(`“${word}” is never suggested again (stockctl words remove takes that back)`);
});

for (const list of ["keywords", "offered"]) {
  $(list).addEventListener("keydown", (event) => {
    const item = event.target.closest(".word");
    const place = item ? Number(item.dataset.place) : -1;
    const shift = event.shiftKey && list === "keywords";
    const keys = {
      ArrowRight: () => (shift ? reorder(place, place + 1) : drawWords([list, place + 1])),
      ArrowLeft: () => (shift ? reorder(place, place - 1) : drawWords([list, Math.max(0, place - 1)])),
      ArrowDown: () => drawWords([list, place + 1]),
      ArrowUp: () => drawWords([list, Math.max(0, place - 1)]),
      Home: () => drawWords([list, 0]),
      End: () => drawWords([list, words[list].length - 1]),
      " ": () => toggle(list, place),
      Delete: () => list === "keywords" && toggle(list, place),
      f: () => list === "keywords" && reorder(place, 0),
      l: () => list === "keywords" && reorder(place, words.keywords.length - 1),
      b: () => ban(list, place),
    };
    if (!(event.key in keys) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (place < 0) drawWords([list, 0]);
    else keys[event.key]();
  });
  $(list).addEventListener("click", (event) => {
    const item = event.target.closest(".word");
    if (item && event.target.closest(".x")) toggle(list, Number(item.dataset.place));
  });
}
let dragged = -1;
$("keywords").addEventListener("dragstart", (event) => {
  dragged = Number(event.target.closest(".word")?.dataset.place ?? -1);
});
$("keywords").addEventListener("dragover", (event) => event.preventDefault());
$("keywords").addEventListener("drop", (event) => {
  event.preventDefault();
  const item = event.target.closest(".word");
  if (dragged >= 0 && item) reorder(dragged, Number(item.dataset.place));
  dragged = -1;
});
$("add").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  add($("add").value);
  $("add").value = "";
});
$("add").addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text");
  if (!/[,;\n\t，、]/.test(text)) return;
  event.preventDefault();
  add(text);
});
$("take-all").addEventListener("click", () => {
  words.keywords.push(...words.offered.splice(0));
  changed();
});
for (const name of ["title", "description"]) $(name).addEventListener("input", () => changed());

function choices() {
  const place = $("choices");
  const set = (name) => careful(async (event) => {
    const { target } = event;
    const value = target.type === "checkbox" ? (target.checked ? "yes" : "no") : target.value;
    await post("/api/choose", { ids: [id], choices: { [name]: value } });
    words.choices[name] = value;
  });
  const made = [];
  for (const agency of words.agencies) {
    if (!agency.categories.length) continue;
    const name = `category.${agency.name}`;
    const select = element("select", { onchange: set(name) }, element("option", { value: "" }, "none"), ...agency.categories.map((one) => element("option", { value: one.id }, one.name)));
    select.value = words.choices[name] ?? "";
    made.push(element("label", {}, `${agency.title} category `, select));
  }
  for (const [name, text] of [["editorial", "editorial"], ["illustration", "an illustration"], ["mature", "mature"]]) {
    made.push(element("label", {}, element("input", { type: "checkbox", checked: words.choices[name] === "yes", onchange: set(name) }), ` ${text}`));
  }
  made.push(element("p", { class: "quiet" }, words.releases.length ? `releases: ${words.releases.map((one) => one.name).join(", ")}` : "no releases: stockctl release add"));
  place.replaceChildren(...made);
}

const read = careful(async () => {
  words = await ask(`/api/words/${id}`);
  $("title").value = words.title;
  $("description").value = words.description;
  $("told").replaceChildren(...words.findings.filter((one) => one.message).map((one) => element("span", { class: one.severity }, `${one.message}${one.hint ? ` – ${one.hint}` : ""}`)));
  $("picture").alt = words.title || file?.name || "";
  $("state").textContent = words.status === "accepted" ? "as in the file" : "";
  drawWords();
  count();
  problems(words.forms);
  choices();
}, { asked: false });

const save = careful(async (ids) => {
  if (waiting) await send();
  await kept;
  const done = await follow(await post("/api/save", { ids }));
  for (const one of done.errors) say(`${one.name}: ${one.error}`, one.hint);
  if (!done.errors.length) $("state").textContent = done.changed ? `saved ${done.changed} ${done.changed === 1 ? "file" : "files"}: batch ${done.batch}` : "nothing to save: the file says so already";
  sessionStorage.setItem("desk-last", id);
  await look();
});
$("save").addEventListener("click", () => save([id]));
$("save-all").addEventListener("click", () => save([...new Set([id, ...chosen.ids])]));

$("copy-last").addEventListener("click", careful(async () => {
  if (!last || last === id) return say("no picture was saved before this one");
  await kept;
  await post("/api/copy", { from: last, ids: [id], fields: ["title", "description", "keywords", "choices"] });
  return read();
}));
$("apply").addEventListener("click", careful(async () => {
  if (waiting) await send();
  await kept;
  const { changed: count_ } = await post("/api/copy", { from: id, ids: [...chosen.ids], fields: ["title", "description", "keywords", "choices"] });
  say(`${count_} pictures have these words as drafts; Save all chosen writes them`);
}));
$("replace").addEventListener("submit", careful(async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  if (waiting) await send();
  await kept;
  const ids = [...new Set([id, ...chosen.ids])];
  const { changed: count_ } = await post("/api/replace", { ids, old: form.get("old"), new: form.get("new") });
  say(`replaced in ${count_} drafts; Save all chosen writes them`);
  await read();
}));

// -- from picture to picture

const place = order.indexOf(id);
$("place").textContent = place >= 0 ? `${place + 1} of ${order.length}` : "";
const step = (to) => (order[to] ? `/file/${order[to]}` : null);
for (const [name, to] of [["before", step(place - 1)], ["after", place >= 0 ? step(place + 1) : null]]) {
  if (to) $(name).href = to;
  else $(name).hidden = true;
}
addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select");
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    save([id]);
  } else if (!typing && event.key === "z" && !event.target.closest(".word")) {
    $("zoom").click();
  } else if (!typing && !event.target.closest(".words-list, .stage") && ["n", "p"].includes(event.key)) {
    const to = step(place + (event.key === "n" ? 1 : -1));
    if (to) location.assign(to);
  } else if (event.key === "Escape") {
    location.assign("/");
  }
});
addEventListener("pagehide", () => waiting && send());
document.addEventListener("desk:changed", async () => {
  await read();
  await look();
});
await look();
await read();

// The words of one picture: every change is kept at once, as the draft that the terminal's review has, too.
import { $, ask, careful, element, post, say } from "/static/common.js";
import { id } from "/static/picture.js";

export let words = null;
const GROUNDS = { person: "yours", said: "from what you said", seen: "seen in the picture", known: "place or time", alike: "a picture like it has it", guessed: "a guess" };
const LISTS = ["keywords", "offered"];
let past = [];

// -- chips

function chip(word, list, place) {
  const told = `${GROUNDS[word.ground] ?? word.ground}${word.reason ? `: ${word.reason}` : ""}`;
  return element("li", {
    class: `chip word ${word.ground}`, role: "option", tabindex: place === 0 ? "0" : "-1", draggable: list === "keywords" ? "true" : "false",
    title: told, "aria-label": `${word.word}, ${told}`, "aria-selected": list === "keywords" ? "true" : "false", "data-place": place, "data-list": list,
  }, element("span", {}, word.word), element("span", { class: "x", "aria-hidden": "true", title: list === "keywords" ? "take out" : "take in" }, list === "keywords" ? "×" : "+"));
}

let here = null;
function draw(focus = null) {
  for (const list of LISTS) {
    $(list).replaceChildren(...words[list].map((word, place) => chip(word, list, place)));
    $(list).tabIndex = words[list].length ? -1 : 0;
  }
  $("keyword-count").textContent = `${words.keywords.length}`;
  $("take-all").disabled = !words.offered.length;
  here = focus;
  if (!focus) return;
  const [list, place] = focus;
  const items = [...$(list).children];
  const at = Math.min(Math.max(0, place), items.length - 1);
  items.forEach((one, number) => { one.tabIndex = number === at ? 0 : -1; });
  here = items.length ? [list, at] : null;
  (items[at] ?? $(list)).focus();
}

// -- counts and what agencies would say

function count() {
  const part = (agency, length, key, what) => {
    const low = agency.limits[`${key}_min`];
    const high = agency.limits[`${key}_max`];
    if (!low && !high) return null;
    const bad = (low && length < low.value) || (high && length > high.value);
    const range = [low ? `from ${low.value}` : "", high ? `up to ${high.value}` : ""].filter(Boolean).join(", ");
    return element("span", { class: bad ? "bad" : "" }, `${agency.title}: ${length} ${what}, ${range}${bad ? " ✗" : ""}`);
  };
  const lengths = [["title", [...$("title").value].length, "letters"], ["description", [...$("description").value].length, "letters"], ["keywords", words.keywords.length, "words"]];
  for (const [key, length, what] of lengths) {
    $(`${key}-counts`).replaceChildren(...words.agencies.map((agency) => part(agency, length, key, what)).filter(Boolean));
  }
}

export function problems(forms) {
  const titles = Object.fromEntries(words.agencies.map((agency) => [agency.name, agency.title]));
  $("problems").replaceChildren(...forms.flatMap((form) => form.problems.map((one) => element("li", { class: one.official ? "error" : "warning" }, `${titles[form.agency]}: ${one.message}`))));
}

// -- keeping

let waiting = null;
let kept = Promise.resolve();
let stale = false;

function changed(focus = null) {
  words.title = $("title").value;
  words.description = $("description").value;
  draw(focus);
  count();
  $("state").textContent = stale ? "not kept: see above" : "keeping …";
  clearTimeout(waiting);
  waiting = setTimeout(send, 150);
}

const texts = (list) => list.map((word) => word.word);
function send() {
  clearTimeout(waiting);
  waiting = null;
  kept = kept.then(careful(async () => {
    if (stale) return;
    const draft = { title: words.title, description: words.description, keywords: texts(words.keywords), offered: texts(words.offered), base: words.revision };
    try {
      const found = await post(`/api/keep/${id}`, draft, { keepalive: true });
      words.revision = found.revision;
      $("state").textContent = "kept here; not in the file yet";
      problems(found.forms);
    } catch (error) {
      $("state").textContent = "not kept";
      if (!error.stale) throw error;
      conflict(error.message);
    }
  }, { asked: false }));
  return kept;
}

// Has all that was typed kept before something else is done with it.
export async function settled() {
  if ($("add").value.trim()) {
    add($("add").value);
    $("add").value = "";
  }
  if (waiting) await send();
  await kept;
  if (stale) throw Object.assign(new Error("first say which words are to stand"), { told: true });
}

// -- what was changed elsewhere: nothing is lost until the person says so

function ask_(text, take, takeText, leave, leaveText) {
  $("conflict").hidden = false;
  $("conflict-text").textContent = text;
  const done = (work) => careful(async () => {
    $("conflict").hidden = true;
    stale = false;
    await work();
    $("title").focus();
  });
  $("conflict-acts").replaceChildren(
    element("button", { type: "button", id: "take", onclick: done(take) }, takeText),
    element("button", { type: "button", id: "leave", onclick: done(leave) }, leaveText));
}

export function conflict(message) {
  stale = true;
  ask_(`${message}. What you typed here still stands on this page.`,
    read, "Take what stands there",
    async () => {
      words.revision = (await ask(`/api/words/${id}`)).revision;
      await send();
    }, "Keep what stands here");
}

function earlier(draft) {
  const begun = [draft.title, ...texts(draft.keywords)].filter(Boolean).slice(0, 6).join(", ");
  ask_(`This file does not say what you wrote here before: it was taken back, or another program changed it. Written here: ${begun}`,
    async () => {
      remember();
      [words.keywords, words.offered] = [draft.keywords, draft.offered];
      [$("title").value, $("description").value] = [draft.title, draft.description];
      changed();
    }, "Take what was written here",
    async () => send(), "Leave what the file says");
}

// -- changing

function remember() {
  past.push(JSON.stringify([words.keywords, words.offered]));
  past = past.slice(-100);
}

export function add(text) {
  const parts = text.split(/[,;\n\t，、]/).map((word) => word.trim()).filter(Boolean);
  const there = new Set(words.keywords.filter((word) => word.ground === "person").map((word) => word.word.toLowerCase()));
  const fresh = [...new Map(parts.map((word) => [word.toLowerCase(), word])).values()].filter((word) => !there.has(word.toLowerCase()));
  if (!fresh.length) return;
  remember();
  const lower = new Set(fresh.map((word) => word.toLowerCase()));
  for (const list of LISTS) words[list] = words[list].filter((word) => !lower.has(word.word.toLowerCase()));
  const own = words.keywords.findIndex((word) => word.ground !== "person");
  words.keywords.splice(own < 0 ? words.keywords.length : own, 0, ...fresh.map((word) => ({ word, ground: "person", source: "person", reason: "" })));
  changed();
}

function toggle(list, place) {
  remember();
  const [word] = words[list].splice(place, 1);
  if (list === "keywords") words.offered.unshift(word);
  else words.keywords.push(word);
  changed([list, place]);
}

function reorder(from, to) {
  const place = Math.min(Math.max(0, to), words.keywords.length - 1);
  remember();
  const [word] = words.keywords.splice(from, 1);
  words.keywords.splice(place, 0, word);
  changed(["keywords", place]);
}

const ban = careful(async (list, place) => {
  const { word } = words[list][place];
  await post("/api/ban", { word });
  words[list].splice(place, 1);
  changed([list, place]);
  say(`“${word}” is never suggested again; that is taken back with: stockctl words remove`);
});

function back() {
  if (!past.length) return say("nothing to take back in these lists");
  [words.keywords, words.offered] = JSON.parse(past.pop());
  return changed(here ?? ["keywords", 0]);
}

const own = (list, work) => () => list === "keywords" && work();
function keys(list, place, shift) {
  return {
    ArrowRight: () => (shift ? reorder(place, place + 1) : draw([list, place + 1])),
    ArrowLeft: () => (shift ? reorder(place, place - 1) : draw([list, place - 1])),
    ArrowDown: () => draw([list, place + 1]),
    ArrowUp: () => draw([list, place - 1]),
    Home: () => draw([list, 0]),
    End: () => draw([list, words[list].length - 1]),
    " ": () => toggle(list, place),
    Enter: () => toggle(list, place),
    Delete: own(list, () => toggle(list, place)),
    f: own(list, () => reorder(place, 0)),
    l: own(list, () => reorder(place, words.keywords.length - 1)),
    b: () => ban(list, place),
    u: back,
  };
}

let dragged = -1;
for (const list of LISTS) {
  $(list).addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = event.target.closest(".word");
    const found = keys(list, item ? Number(item.dataset.place) : 0, event.shiftKey && list === "keywords")[event.key];
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    if (item || event.key === "u") found();
  });
  $(list).addEventListener("click", (event) => {
    const item = event.target.closest(".word");
    if (!item) return;
    const place = Number(item.dataset.place);
    if (event.target.closest(".x")) toggle(list, place);
    else draw([list, place]);
  });
}
$("keywords").addEventListener("dragstart", (event) => {
  dragged = Number(event.target.closest(".word")?.dataset.place ?? -1);
});
$("keywords").addEventListener("dragover", (event) => event.preventDefault());
$("keywords").addEventListener("drop", (event) => {
  event.preventDefault();
  const item = event.target.closest(".word");
  if (dragged >= 0) reorder(dragged, item ? Number(item.dataset.place) : words.keywords.length - 1);
  dragged = -1;
});
$("word-acts").addEventListener("mousedown", (event) => event.preventDefault());
$("word-acts").addEventListener("click", (event) => {
  const act = event.target.closest("button")?.dataset.key;
  if (!act) return;
  if (!here && act !== "u") say("choose a word first", "click it, or Tab to it");
  else keys(here?.[0] ?? "keywords", here?.[1] ?? 0, true)[act]();
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
  remember();
  words.keywords.push(...words.offered.splice(0));
  changed(["keywords", words.keywords.length - 1]);
});
for (const name of ["title", "description"]) $(name).addEventListener("input", () => changed());
addEventListener("pagehide", () => waiting && send());

export const read = careful(async () => {
  words = await ask(`/api/words/${id}`);
  $("title").value = words.title;
  $("description").value = words.description;
  $("told").replaceChildren(...words.findings.filter((one) => one.message).map((one) => element("span", { class: one.severity }, `${one.message}${one.hint ? ` – ${one.hint}` : ""}`)));
  if (words.title) $("picture").alt = words.title;
  $("state").textContent = words.status === "accepted" ? "as in the file" : "";
  past = [];
  draw();
  count();
  problems(words.forms);
  if (words.earlier) earlier(words.earlier);
  document.dispatchEvent(new Event("desk:words"));
}, { asked: false });

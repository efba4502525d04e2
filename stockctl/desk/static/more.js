// What else is said of a picture: categories, editorial, releases; and its words given to others, or taken from them.
import { $, ask, careful, chosen, element, post, say, upload } from "/static/common.js";
import { id, look } from "/static/picture.js";
import { problems, read, settled, words } from "/static/words.js";

const ALL = ["title", "description", "keywords", "choices"];

function choices() {
  const set = (name) => careful(async (event) => {
    const { target } = event;
    const value = target.type === "checkbox" ? (target.checked ? "yes" : "no") : target.value;
    await post("/api/choose", { ids: [id], choices: { [name]: value } });
    words.choices[name] = value;
    problems((await ask(`/api/words/${id}`)).forms);
    await look();
  });
  const made = [];
  for (const agency of words.agencies) {
    if (!agency.categories.length) continue;
    const name = `category.${agency.name}`;
    const select = element("select", { onchange: set(name), name }, element("option", { value: "" }, "none"), ...agency.categories.map((one) => element("option", { value: one.id }, one.name)));
    select.value = words.choices[name] ?? "";
    made.push(element("label", {}, `${agency.title} category `, select));
  }
  for (const [name, text] of [["editorial", "editorial"], ["illustration", "an illustration"], ["mature", "mature"]]) {
    made.push(element("label", {}, element("input", { type: "checkbox", name, checked: words.choices[name] === "yes", onchange: set(name) }), ` ${text}`));
  }
  $("choices").replaceChildren(...made);
}

// -- releases

const papers = careful(async () => {
  const { releases } = await ask("/api/releases");
  const linked = new Set(words.releases);
  const line = (one) => {
    const box = element("input", { type: "checkbox", checked: linked.has(one.id), onchange: careful(async () => {
      await post("/api/release", { ids: [id], release: one.id, on: box.checked });
      words.releases = box.checked ? [...words.releases, one.id] : words.releases.filter((number) => number !== one.id);
      await look();
    }) });
    const told = `${one.kind === "model" ? "model" : "property"}${one.minor ? ", a minor" : ""}${one.expires ? `, ${one.expired ? "expired" : "until"} ${one.expires}` : ""}`;
    return element("li", {}, element("label", {}, box, ` ${one.name} `, element("span", { class: "quiet" }, told)));
  };
  $("releases").replaceChildren(...releases.map(line));
  $("no-releases").hidden = releases.length > 0;
}, { asked: false });

$("paper").addEventListener("submit", careful(async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const file = form.get("file");
  if (!file?.size) return say("there is no paper", "choose the scan, as JPEG or PDF");
  form.delete("file");
  const made = await upload(`/api/paper?${new URLSearchParams(form)}`, file);
  await post("/api/release", { ids: [id], release: made.id, on: true });
  event.target.reset();
  words.releases.push(made.id);
  await papers();
  await look();
  return say(`${made.name}: the release is kept and covers this picture`);
}));

// -- other pictures

function told(done, text) {
  const wrong = done.errors.map((one) => `${one.name}: ${one.error}`);
  say([text, ...wrong].join("; "));
}

$("copy-last").addEventListener("click", careful(async () => {
  const last = sessionStorage.getItem("desk-last");
  if (!last || last === id) return say("no picture was saved before this one");
  await settled();
  const done = await post("/api/copy", { from: last, ids: [id], fields: ALL });
  await read();
  await look();
  return told(done, done.changed ? "the words of the picture saved last stand here now" : "these words are the same");
}));
$("apply").addEventListener("click", careful(async () => {
  await settled();
  const ids = [...chosen.ids].filter((one) => one !== id);
  if (!ids.length) return say("no other pictures are chosen", "choose some in the grid");
  const done = await post("/api/copy", { from: id, ids, fields: ALL });
  return told(done, `${done.changed} ${done.changed === 1 ? "picture has" : "pictures have"} these words as drafts; Save all chosen writes them`);
}));
$("give").addEventListener("submit", careful(async (event) => {
  event.preventDefault();
  await settled();
  const done = await post("/api/add", { ids: [...new Set([id, ...chosen.ids])], words: new FormData(event.target).get("words") });
  event.target.reset();
  await read();
  told(done, `added to ${done.changed} drafts; Save all chosen writes them`);
}));
$("replace").addEventListener("submit", careful(async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  await settled();
  const ids = [...new Set([id, ...chosen.ids])];
  const done = await post("/api/replace", { ids, old: form.get("old"), new: form.get("new") });
  await read();
  told(done, `replaced in ${done.changed} of ${ids.length} drafts; Save all chosen writes them`);
}));

document.addEventListener("desk:words", () => {
  choices();
  papers();
});

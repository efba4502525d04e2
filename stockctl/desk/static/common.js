// What every page has: requests with the page's token, the selection, messages, jobs.
const token = document.querySelector('meta[name="desk-token"]').content;

// Verdicts as people read them, here as in the terminal.
export const WORDS = { ready: "ready", warning: "look first", blocked: "refused", missing: "missing", "": "not checked yet" };

export const $ = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function say(text, hint = "") {
  const place = $("said");
  place.hidden = !text;
  place.textContent = hint ? `${text} – ${hint}` : text;
}

async function answered(response) {
  if (response.status === 403) throw Object.assign(new Error("this desk was closed or started anew: open it again"), { told: true });
  const kind = response.headers.get("content-type") || "";
  const found = kind.startsWith("application/json") ? await response.json() : {};
  if (!response.ok) throw Object.assign(new Error(found.error || `the desk answered ${response.status}`), { hint: found.hint, stale: found.stale, told: true });
  return found;
}

export async function ask(path) {
  return answered(await fetch(path, { headers: { accept: "application/json" } }));
}

// What is sent while a page is left arrives, too, where it asks for `keepalive`.
export async function post(path, body, { keepalive = false } = {}) {
  const response = await fetch(path, {
    method: "POST",
    keepalive,
    headers: { "content-type": "application/json", "x-desk-token": token },
    body: JSON.stringify(body),
  });
  return answered(response);
}

export async function upload(path, file) {
  const name = file.name.replace(/[^\x20-\x7e]/g, "_");
  const headers = { "x-desk-token": token, "x-file-name": name, "content-type": "application/octet-stream" };
  return answered(await fetch(path, { method: "POST", headers, body: file }));
}

// What mends a finding, without the terminal's way where the desk has its own.
export const hereToo = (hint) => hint.replace(/: stockctl keyword PATH .*$/, "");

// Runs something and shows what goes wrong; nothing fails in silence. What was said stays where nobody asked for more.
export function careful(work, { asked = true } = {}) {
  return async (...given) => {
    try {
      if (asked) say("");
      return await work(...given);
    } catch (error) {
      say(error.told ? error.message : "the desk does not answer: is it still running in its terminal?", error.hint || "");
      return undefined;
    }
  };
}

// The selection is this tab's own, and carries over from page to page.
const KEY = "desk-chosen";
export const chosen = {
  ids: new Set(JSON.parse(sessionStorage.getItem(KEY) || "[]")),
  keep() {
    sessionStorage.setItem(KEY, JSON.stringify([...this.ids]));
    show();
    document.dispatchEvent(new Event("desk:chosen"));
  },
};

function show() {
  const count = chosen.ids.size;
  $("chosen").textContent = count ? `${count} chosen` : "";
}

// Follows a job to its end; `step` is called with each state of it.
export function follow(job, step = () => {}) {
  return new Promise((resolve, reject) => {
    const source = new EventSource(`/api/jobs/${job.job}/events`);
    source.onmessage = (event) => {
      const state = JSON.parse(event.data);
      const share = state.total ? ` ${Math.min(100, Math.round((100 * state.done) / state.total))} %` : "";
      $("job").textContent = state.ended ? "" : `${state.title}${share}${state.note ? `, ${state.note}` : ""}`;
      step(state);
      if (!state.ended) return;
      source.close();
      if (state.failed) reject(Object.assign(new Error(state.failed), { hint: state.hint, told: true }));
      else resolve(state.result);
    };
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return;
      $("job").textContent = "";
      reject(new Error("the desk does not answer"));
    };
  });
}

show();
$("undo").addEventListener(
  "click",
  careful(async () => {
    const done = await follow(await post("/api/undo", {}));
    const odd = done.files.filter((file) => file.state !== "restored");
    say(
      `batch ${done.batch} taken back: ${done.files.length - odd.length} files restored` +
        (odd.length ? `; not: ${odd.map((file) => `${file.name} (${file.state})`).join(", ")}` : ""),
    );
    document.dispatchEvent(new Event("desk:changed"));
  }),
);

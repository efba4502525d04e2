// The picture: large, at 100 %, the place of a finding framed; what is to be said of it; frames that are alike.
import { $, WORDS, ask, careful, chosen, element, hereToo, post, say } from "/static/common.js";

export const id = $("file").dataset.id;
export let file = null;
let shown = null;

function fit() {
  const image = $("picture");
  const frame = $("frame");
  frame.hidden = !shown || !image.naturalWidth;
  if (frame.hidden) return;
  const scale = image.clientWidth / file.width;
  const [x, y, width, height] = shown.map((side) => side * scale);
  // A place of a few pixels is framed so that it can be seen.
  const room = 6;
  // One at the edge stays within the picture, so that all its sides are seen.
  const within = (from, long, most) => [Math.max(0, from - room), Math.min(most, from + long + room)];
  const [left, right] = within(x, width, image.clientWidth);
  const [top, bottom] = within(y, height, image.clientHeight);
  frame.style.transform = `translate(${image.offsetLeft + left}px, ${image.offsetTop + top}px)`;
  frame.style.width = `${right - left}px`;
  frame.style.height = `${bottom - top}px`;
}

// Shows the picture whole or one pixel for one; `middle` is the place that comes to the middle, in its own pixels.
export function zoom(on, middle = null) {
  const stage = $("stage");
  const image = $("picture");
  const ready = () => {
    image.style.width = on ? `${file.width / devicePixelRatio}px` : "";
    if (on) {
      const [x, y] = middle ?? [file.width / 2, file.height / 2];
      stage.scrollLeft = x / devicePixelRatio - stage.clientWidth / 2;
      stage.scrollTop = y / devicePixelRatio - stage.clientHeight / 2;
    }
    fit();
  };
  $("zoom").setAttribute("aria-pressed", on);
  stage.classList.toggle("whole", on);
  $("zoomed").textContent = on ? "one pixel for one; drag, or arrows in the picture, to move" : "";
  const source = on ? `/full/${id}` : `/picture/${id}`;
  if (image.getAttribute("src") === source) ready();
  else {
    image.onload = ready;
    image.onerror = () => say(on ? "this picture cannot be shown at 100 %" : "this picture cannot be shown", "look at it with another program");
    image.setAttribute("src", source);
  }
}

const whole = () => $("zoom").getAttribute("aria-pressed") === "true";

function place(box, close) {
  shown = box;
  if (close) zoom(true, [box[0] + box[2] / 2, box[1] + box[3] / 2]);
  else if (whole()) zoom(false);
  else fit();
  $("stage").scrollIntoView({ block: "nearest" });
}

function finding(one) {
  const act = (text, work) => element("button", { type: "button", class: "quiet", "aria-label": `${text}: ${one.rule}`, onclick: work }, text);
  const buttons = one.box ? [act("show the place", () => place(one.box, false)), act("at 100 %", () => place(one.box, true))] : [];
  if (one.severity !== "info") {
    buttons.push(act("waive", careful(async () => {
      await post("/api/waive", { ids: [id], rule: one.rule });
      await look();
      say(`${one.rule} is accepted for this picture from now on`);
      $("findings").focus();
    })));
  }
  return element("li", { class: one.severity },
    element("strong", {}, one.rule), ` ${one.message}`,
    one.agencies.length ? element("span", { class: "quiet" }, ` ${one.agencies.join(", ")}`) : null,
    one.hint ? element("p", { class: "hint" }, hereToo(one.hint)) : null,
    buttons.length ? element("p", { class: "acts" }, ...buttons) : null);
}

// -- frames that are alike

const keep = careful(async (one) => {
  const frames = [id, ...file.similar.map((frame) => frame.id)];
  for (const other of frames) chosen.ids.delete(other);
  chosen.ids.add(one.id);
  chosen.keep();
  await post("/api/waive", { ids: [one.id], rule: "similar-content" });
  await look();
  say(`${one.name} is the keeper: it is chosen, ${frames.length === 2 ? "the other one is" : "the others are"} not`);
});

function compare() {
  const frames = [{ id, name: file.name, width: file.width, height: file.height, here: true }, ...file.similar];
  const panes = frames.map((one, number) => {
    const image = element("img", { src: `/picture/${one.id}`, alt: one.name });
    const view = element("div", { class: "view", tabindex: "0", role: "group", "aria-label": one.name }, image);
    const pick = element("button", { value: one.id }, "Keep this one ", element("kbd", {}, `${number + 1}`));
    const told = one.here ? "this one" : one.relation === "identical" ? "the same picture" : `${one.distance} bits apart`;
    return { one, image, view, figure: element("figure", {}, view, element("figcaption", {}, element("span", {}, `${one.name}, ${one.width} × ${one.height}, ${told}`), pick)) };
  });
  const close = element("button", { type: "button", id: "both", "aria-pressed": "false" }, "100 % ", element("kbd", {}, "z"));
  const box = element("dialog", { class: "compare", "aria-labelledby": "compare-head" },
    element("form", { method: "dialog" },
      element("div", { class: "row" }, element("h2", { id: "compare-head" }, "Which of them is the keeper?"), close, element("button", { value: "" }, "Cancel")),
      element("div", { class: "panes" }, ...panes.map((pane) => pane.figure))));
  const both = () => {
    const on = close.getAttribute("aria-pressed") !== "true";
    close.setAttribute("aria-pressed", on);
    for (const { one, image, view } of panes) {
      view.classList.toggle("whole", on);
      image.onload = () => {
        image.style.width = on ? `${one.width / devicePixelRatio}px` : "";
        view.scrollLeft = (view.scrollWidth - view.clientWidth) / 2;
        view.scrollTop = (view.scrollHeight - view.clientHeight) / 2;
      };
      image.src = on ? `/full/${one.id}` : `/picture/${one.id}`;
    }
  };
  close.addEventListener("click", both);
  // All frames show the same part.
  for (const { view } of panes) {
    view.addEventListener("scroll", () => {
      const [left, top] = [view.scrollLeft / view.scrollWidth, view.scrollTop / view.scrollHeight];
      for (const other of panes) {
        if (other.view === view) continue;
        other.view.scrollLeft = left * other.view.scrollWidth;
        other.view.scrollTop = top * other.view.scrollHeight;
      }
    });
  }
  box.addEventListener("keydown", (event) => {
    if (event.key === "z") both();
    const pane = panes[Number(event.key) - 1];
    if (pane) box.close(pane.one.id);
  });
  box.addEventListener("close", () => {
    box.remove();
    $("compare").focus();
    const found = frames.find((one) => one.id === box.returnValue);
    if (found) keep(found);
  });
  document.body.append(box);
  box.showModal();
}

function near(one) {
  return element("li", {},
    element("a", { href: `/file/${one.id}` }, element("img", { src: `/thumb/${one.id}?${one.changed}`, alt: "", loading: "lazy" }), one.name),
    element("span", { class: "quiet" }, one.relation === "identical" ? " the same picture" : ` ${one.distance} bits apart`));
}

export const look = careful(async () => {
  file = await ask(`/api/file/${id}`);
  $("facts").textContent = [file.kind, file.format, file.width ? `${file.width} × ${file.height}` : "", file.folder].filter(Boolean).join(" · ");
  $("verdict").replaceChildren(...file.verdict.map((one) => element("li", { class: `chip ${one.is}` }, `${one.agency}: ${WORDS[one.is] ?? one.is}`)));
  $("findings").replaceChildren(...file.findings.map(finding));
  shown = file.findings.find((one) => one.box)?.box ?? null;
  $("near").hidden = !file.similar.length;
  $("frames").replaceChildren(...file.similar.map(near));
  $("view").hidden = !file.pictured;
  $("picture").alt ||= file.name;
  if (file.pictured && !$("picture").getAttribute("src")) zoom(false);
  fit();
}, { asked: false });

$("zoom").addEventListener("click", () => zoom(!whole()));
$("compare").addEventListener("click", compare);
$("picture").addEventListener("dblclick", (event) => {
  const scale = file.width / $("picture").clientWidth;
  if (whole()) zoom(false);
  else zoom(true, [event.offsetX * scale, event.offsetY * scale]);
});
let held = null;
$("stage").addEventListener("pointerdown", (event) => {
  if (!whole() || event.button || event.pointerType === "touch") return;
  held = [event.clientX + $("stage").scrollLeft, event.clientY + $("stage").scrollTop];
  $("stage").setPointerCapture(event.pointerId);
});
$("stage").addEventListener("pointermove", (event) => {
  if (!held) return;
  $("stage").scrollLeft = held[0] - event.clientX;
  $("stage").scrollTop = held[1] - event.clientY;
});
for (const name of ["pointerup", "pointercancel"]) $("stage").addEventListener(name, () => { held = null; });
$("picture").addEventListener("dragstart", (event) => event.preventDefault());
addEventListener("resize", fit);

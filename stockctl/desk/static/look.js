// Having a model look at the chosen pictures: which one and for how much is asked first, and it can be stopped.
import { $, ask, careful, element, follow, post, say } from "/static/common.js";

const money = (each, count) => (each === null ? "" : Number(each) ? `about ${(Number(each) * count).toFixed(2)} USD for ${count}` : "costs nothing");

function dialog(sources, count) {
  return new Promise((resolve) => {
    const select = element("select", { id: "source" }, ...sources.map((one) => element("option", { value: one.name }, `${one.name}${one.model ? `, ${one.model}` : ""}`)));
    select.value = (sources.find((one) => one.in_use) ?? sources[0]).name;
    const cost = element("p", { id: "cost", role: "status" });
    const show = () => {
      const source = sources.find((one) => one.name === select.value);
      cost.textContent = [source.kind === "cloud" ? "the pictures are sent to this service, smaller" : "the pictures stay on this machine", money(source.each, count)].filter(Boolean).join("; ");
    };
    select.addEventListener("change", show);
    show();
    const box = element("dialog", { "aria-labelledby": "look-head" },
      element("form", { method: "dialog" },
        element("h2", { id: "look-head" }, count === 1 ? "Look at one picture" : `Look at ${count} pictures`),
        element("label", {}, "With ", select), cost,
        element("p", { class: "quiet" }, "What was looked at before is not asked again."),
        element("p", { class: "row" }, element("button", { value: "look", class: "main" }, "Look"), element("button", { value: "" }, "Cancel"))));
    box.addEventListener("close", () => {
      box.remove();
      resolve(box.returnValue === "look" ? select.value : "");
    });
    document.body.append(box);
    box.showModal();
  });
}

export const look = careful(async (ids) => {
  if (!ids.length) return say("no pictures are chosen", "choose some in the grid") ?? false;
  const { sources } = await ask("/api/sources");
  if (!sources.length) return say("nothing that looks at pictures is set up", "see in the terminal: stockctl vision") ?? false;
  const source = await dialog(sources, ids.length);
  if (!source) return false;
  const job = await post("/api/look", { ids, source });
  const stop = element("button", { type: "button", id: "stop" }, "Stop");
  stop.addEventListener("click", careful(() => post("/api/stop", { job: job.job }), { asked: false }));
  $("job").after(stop);
  try {
    const done = await follow(job);
    const { usage } = done;
    const used = usage ? `${usage.asked} asked, ${usage.cached} known from before${usage.failed ? `, ${usage.failed} failed` : ""}${usage.cost ? `, cost ${usage.cost}` : ""}` : "";
    say([done.stopped ? `stopped after ${done.looked}` : `looked at ${done.looked}`, used, ...done.messages].filter(Boolean).join("; "));
  } finally {
    stop.remove();
  }
  return true;
});

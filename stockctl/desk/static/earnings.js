// Statements dropped on the page are imported as `stockctl earnings FILE` does.
import { $, careful, element, upload } from "/static/common.js";

const drop = $("drop");
const take = careful(async (files) => {
  let fresh = 0;
  for (const file of files) {
    const done = await upload("/api/statement", file);
    fresh += done.imported.reduce((sum, one) => sum + one.new, 0);
    $("imported").append(
      ...done.imported.map((one) => element("p", {}, `${one.file}: ${one.agency}, ${one.new} new of ${one.rows} rows`)),
      ...done.errors.map((one) => element("p", { class: "error" }, `${file.name}: ${one.error}${one.hint ? ` – ${one.hint}` : ""}`)),
    );
  }
  if (fresh) $("imported").append(element("p", {}, element("a", { href: "" }, "show the report with them")));
});

drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  take(event.dataTransfer.files);
});
for (const name of ["click", "keydown"]) {
  drop.addEventListener(name, (event) => {
    if (event.target !== drop || (name === "keydown" && !["Enter", " "].includes(event.key))) return;
    event.preventDefault();
    $("statement").click();
  });
}
$("statement").addEventListener("change", () => take($("statement").files));

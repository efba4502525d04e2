// Sort a table by the column whose heading is clicked; a second click turns the order round.
for (const head of document.querySelectorAll("table.sortable th")) {
  head.addEventListener("click", () => {
    const body = head.closest("table").tBodies[0];
    const place = head.cellIndex;
    const down = head.getAttribute("aria-sort") === "ascending";
    const number = head.classList.contains("number");
    const value = (row) => {
      const cell = row.cells[place];
      const text = cell.dataset.sort ?? cell.textContent.trim();
      return number ? Number.parseFloat(text.replace(/[^0-9.\-]/g, "")) || 0 : text;
    };
    const order = (a, b) => (number ? value(a) - value(b) : value(a).localeCompare(value(b), "en", { numeric: true }));
    // What is not told stands last, whichever way.
    const untold = (row) => row.cells[0].textContent.trim().startsWith("(not told)");
    const rows = [...body.rows].sort((a, b) => untold(a) - untold(b) || (down ? order(b, a) : order(a, b)));
    for (const other of head.parentElement.cells) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...rows);
  });
}
// On paper nothing can be opened.
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details")) part.open = true;
});

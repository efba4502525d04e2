// The window on the pictures: whatever their number, only those on the screen are in the page.
import { $, WORDS, chosen, element } from "/static/common.js";

const WIDTH = 208;
const HEIGHT = 250;
const HEAD = 34;
// What a printed page shows at the most; a browser prints no ten thousand pictures.
const PRINTED = 600;

function chip(kind, word, label, small = "") {
  return element("span", { class: `chip ${word} ${small}`, title: `${label}: ${WORDS[word] ?? word}` }, kind);
}

function standing(file, agency) {
  return file.decided[agency.name] || (file.sent.includes(agency.name) ? "sent" : file.prepared.includes(agency.name) ? "prepared" : "");
}

function make(file, place, count, agencies) {
  const pictured = ["photo", "illustration"].includes(file.kind);
  const image = pictured ? element("img", { src: `/thumb/${file.id}?${file.changed}`, alt: "", decoding: "async", draggable: "false" }) : null;
  const thumb = element("span", { class: "thumb" }, image ?? element("span", { class: "kind" }, file.kind || "not read yet"));
  image?.addEventListener("error", () => image.replaceWith(element("span", { class: "kind" }, "no small picture")));
  const marks = element("span", { class: "marks" });
  marks.append(chip("picture", file.picture, "picture"), chip(file.words.length ? `${file.words.length} words` : "words", file.texts, "words"));
  if (file.sold) marks.append(element("span", { class: "chip small sold", title: `sold ${file.sold} times` }, `${file.sold} sold`));
  for (const agency of agencies) {
    const word = file.verdict[agency.name];
    if (word === undefined) continue;
    marks.append(chip(agency.initials, standing(file, agency) || word, agency.title, "small"));
  }
  const told = `${file.name}, picture ${WORDS[file.picture]}, words ${WORDS[file.texts]}${file.sent.length ? `, sent to ${file.sent.length}` : ""}`;
  const cell = element(
    "div",
    { class: "cell", role: "option", id: `file-${file.id}`, "aria-label": told, "aria-posinset": place + 1, "aria-setsize": count, "data-place": place },
    thumb, element("span", { class: "name", title: file.name }, file.name), marks,
  );
  return cell;
}

export class Pane {
  constructor(grid, canvas) {
    this.grid = grid;
    this.canvas = canvas;
    this.files = [];
    this.blocks = [];
    this.agencies = [];
    this.cursor = 0;
    this.columns = 1;
    this.wide = WIDTH;
    this.cells = new Map();
    this.heads = new Map();
    let asked = false;
    grid.addEventListener("scroll", () => {
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        this.draw();
      });
    }, { passive: true });
    new ResizeObserver(() => {
      this.lay();
      this.draw();
    }).observe(grid);
    addEventListener("beforeprint", () => this.draw(PRINTED));
    addEventListener("afterprint", () => this.draw());
  }

  // `headOf` gives the heading under which a file stands; files of one heading follow each other.
  show(files, agencies, headOf) {
    this.files = files;
    this.agencies = agencies;
    this.blocks = [];
    files.forEach((file, place) => {
      const head = headOf ? headOf(file) : "";
      const last = this.blocks.at(-1);
      if (last && last.head === head) last.end = place + 1;
      else this.blocks.push({ head, start: place, end: place + 1 });
    });
    if (this.blocks.length === 1 && headOf) this.blocks[0].only = true;
    this.lay();
    this.draw();
  }

  lay() {
    this.columns = Math.max(1, Math.floor(this.grid.clientWidth / WIDTH));
    this.wide = this.grid.clientWidth / this.columns;
    let top = 0;
    for (const block of this.blocks) {
      block.top = top;
      block.rows = top + (block.head ? HEAD : 0);
      top = block.rows + Math.ceil((block.end - block.start) / this.columns) * HEIGHT;
    }
    this.canvas.style.height = `${top}px`;
  }

  blockAt(test) {
    let [low, high] = [0, this.blocks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (test(this.blocks[middle])) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  blockOf(place) {
    return this.blocks[this.blockAt((block) => block.start <= place)];
  }

  topOf(place) {
    const block = this.blockOf(place);
    return block.rows + Math.floor((place - block.start) / this.columns) * HEIGHT;
  }

  // The place a row further down or up, in the same column where there is one.
  across(place, rows) {
    let at = place;
    for (let step = Math.abs(rows); step > 0; step -= 1) {
      const number = this.blockAt((block) => block.start <= at);
      const block = this.blocks[number];
      const column = (at - block.start) % this.columns;
      const to = at + Math.sign(rows) * this.columns;
      const lastRow = Math.floor((block.end - 1 - block.start) / this.columns);
      const row = Math.floor((at - block.start) / this.columns);
      if (to >= block.start && to < block.end) at = to;
      else if (rows > 0 && row < lastRow) at = block.end - 1;
      else {
        const next = this.blocks[number + Math.sign(rows)];
        if (!next) return at;
        const rowsOf = Math.floor((next.end - 1 - next.start) / this.columns);
        at = Math.min(next.end - 1, next.start + (rows > 0 ? 0 : rowsOf * this.columns) + column);
      }
    }
    return at;
  }

  pageful() {
    return Math.max(1, Math.floor(this.grid.clientHeight / HEIGHT));
  }

  reveal(place) {
    const top = this.topOf(place);
    if (top < this.grid.scrollTop) this.grid.scrollTop = top - (this.blockOf(place).start === place ? HEAD : 0);
    if (top + HEIGHT > this.grid.scrollTop + this.grid.clientHeight) this.grid.scrollTop = top + HEIGHT - this.grid.clientHeight;
  }

  seen(all) {
    const found = [];
    const top = all ? 0 : this.grid.scrollTop - HEIGHT;
    const bottom = all ? Infinity : this.grid.scrollTop + this.grid.clientHeight + HEIGHT;
    for (let number = this.blockAt((block) => block.top <= top); number < this.blocks.length; number += 1) {
      const block = this.blocks[number];
      if (block.top > bottom) break;
      const first = Math.max(0, Math.floor((top - block.rows) / HEIGHT)) * this.columns;
      const last = Math.ceil((bottom - block.rows) / HEIGHT) * this.columns;
      found.push([block, block.start + first, Math.min(block.end, block.start + Math.max(0, last))]);
    }
    return found;
  }

  // A cell that stands where it stood is not touched: at sixty frames a second that counts.
  put(known, block) {
    const { cell, file, place } = known;
    const row = Math.floor((place - block.start) / this.columns);
    const where = `translate(${Math.round(((place - block.start) % this.columns) * this.wide)}px, ${block.rows + row * HEIGHT}px)`;
    const width = `${Math.floor(this.wide) - 8}px`;
    if (known.where !== where) cell.style.transform = known.where = where;
    if (known.width !== width) cell.style.width = known.width = width;
    const on = chosen.ids.has(file.id);
    if (known.on !== on) cell.setAttribute("aria-selected", known.on = on);
    const here = place === this.cursor;
    if (known.here !== here) cell.classList.toggle("here", known.here = here);
  }

  draw(most = 0) {
    const cells = new Map();
    const heads = new Map();
    for (const [block, first, last] of this.files.length ? this.seen(most) : []) {
      if (block.head && !block.only) {
        const head = this.heads.get(block.head) ?? this.canvas.appendChild(element("div", { class: "head", "aria-hidden": "true" }));
        const said = `${block.head} · ${block.end - block.start}`;
        if (head.textContent !== said) head.textContent = said;
        head.style.transform = `translateY(${block.top}px)`;
        heads.set(block.head, head);
      }
      for (let place = first; place < last; place += 1) {
        if (most && cells.size >= most) break;
        const file = this.files[place];
        let known = this.cells.get(file.id);
        if (!known || known.file !== file || known.place !== place) {
          known?.cell.remove();
          known = { file, place, cell: make(file, place, this.files.length, this.agencies) };
          this.canvas.append(known.cell);
        }
        cells.set(file.id, known);
        this.put(known, block);
      }
    }
    for (const [id, { cell }] of this.cells) if (!cells.has(id)) cell.remove();
    for (const [head, place] of this.heads) if (!heads.has(head)) place.remove();
    this.cells = cells;
    this.heads = heads;
    const here = this.files[this.cursor];
    if (here && cells.has(here.id)) this.grid.setAttribute("aria-activedescendant", `file-${here.id}`);
    else this.grid.removeAttribute("aria-activedescendant");
    $("rest").textContent = most && this.files.length > most ? `the first ${most} of ${this.files.length} are printed` : "";
  }
}

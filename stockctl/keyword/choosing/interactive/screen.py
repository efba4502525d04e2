"""The screen of a review: where each line of text stands, for a terminal of any size."""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells, set_cell_size

from stockctl.keyword.choosing.interactive.draft import HELP, Field, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stockctl.keyword.choosing.interactive.picture import Shown
    from stockctl.keyword.ranking import Keyword

# Below this width the words get the whole screen; a picture takes less than half of a wider one.
_WITH_PICTURE, _MOST_PICTURE = 64, 72
# Lines that are neither picture nor words: the head, and at the foot the word's reason, a note, and the keys.
_HEAD, _FOOT = 1, 4
LEAST = (40, 12)
_BOLD, _DIM, _REVERSE, _YELLOW, _RED, _GREEN, _OFF = (
    f"\x1b[{code}m" for code in ("1", "2", "7", "33", "31", "32", "0")
)
_KEYS = "Enter accept  Space in/out  KJ move  a add  t d texts  s skip  b back  q quit  ?"
_PROMPT = {Field.TITLE: "title", Field.DESCRIPTION: "description", Field.ADD: "add words", Field.WORD: "word"}


@dataclass(frozen=True)
class View:
    """What there is to show: the `count` and the file's `path`, its `state`, its picture or why not, what to note."""

    count: str
    path: str
    state: State
    picture: Shown | None = None
    instead: str = ""
    notes: Sequence[str] = ()


def picture_cells(columns: int, rows: int) -> tuple[int, int]:
    """Return the width and height in cells that a picture may take; 0 where it would crowd out the words."""
    if columns < _WITH_PICTURE:
        return 0, 0
    return min(_MOST_PICTURE, columns * 9 // 20), max(0, rows - _HEAD - _FOOT)


def screen(view: View, columns: int, rows: int) -> str:
    """Return the text that draws a whole screen but for graphics; it leaves the cells of a graphic alone."""
    if columns < LEAST[0] or rows < LEAST[1]:
        return _at(1, 1) + "\x1b[J" + _fit(f"make this window larger: {LEAST[0]} × {LEAST[1]} at least", columns)
    wide = picture_cells(columns, rows)[0]
    left = wide + 2 if wide else 0
    height = rows - _HEAD - _FOOT
    parts = [_at(1, 1), _REVERSE, _head(view, columns), _OFF]
    body = _help(columns - left) if view.state.helping else _body(view.state, columns - left, height)
    for row in range(height):
        parts += [_at(row + 2, left + 1), body[row] if row < len(body) else " " * (columns - left)]
    if wide:
        parts += _picture(view, wide, height)
    for row, line in enumerate(_foot(view, columns), rows - _FOOT + 1):
        parts += [_at(row, 1), line]
    return "".join(parts)


def _head(view: View, columns: int) -> str:
    """Return the first line; of a long path the end, with the file's name, is shown."""
    path, room = clean(view.path), columns - cell_len(view.count) - 3
    if cell_len(path) > room:
        # Cut at characters: a path of wide ones may come out shorter than it could be.
        path = f"…{path[-(max(1, room - 1) * len(path) // cell_len(path)) :]}"
    return _fit(f" {view.count}  {path}", columns)


def _picture(view: View, wide: int, height: int) -> Iterator[str]:
    if view.picture is not None and view.picture.graphic:
        return
    rows = view.picture.rows if view.picture else ()
    for row in range(height):
        yield _at(row + 2, 1)
        if row < len(rows) and view.picture:
            yield rows[row] + " " * (wide - view.picture.width)
        else:
            text = view.instead if row == 1 and not rows else ""
            yield _DIM + _fit(f" {clean(text)}", wide) + _OFF


def _body(state: State, columns: int, height: int) -> list[str]:
    """Return the lines beside the picture: title, description, and as many words around the cursor as fit."""
    draft = state.draft
    lines = [
        *_text("title", draft.title, columns, 2),
        *_text("description", draft.description, columns, 3 if height > 16 else 2),
        " " * columns,
    ]
    words: list[tuple[str, int | None]] = [(_label(f"keywords ({len(draft.keywords)})", columns), None)]
    words += [(_word(word, place, columns), place) for place, word in enumerate(draft.keywords)]
    if draft.offered:
        words.append((_label(f"on offer ({len(draft.offered)})", columns), None))
        words += [(_word(word, None, columns), len(draft.keywords) + n) for n, word in enumerate(draft.offered)]
    under = next((row for row, (_, place) in enumerate(words) if place == state.cursor), 0)
    room = height - len(lines)
    start = min(max(0, under - room // 2), max(0, len(words) - room))
    for text, place in words[start : start + room]:
        lines.append(f"{_REVERSE}{text}{_OFF}" if place == state.cursor else text)
    return lines


def _text(name: str, text: str, columns: int, most: int) -> list[str]:
    shown = clean(text) or "–"
    wrapped = textwrap.wrap(f"{name} ({len(text)}): {shown}", columns) or [""]
    if len(wrapped) > most:
        wrapped = [*wrapped[: most - 1], f"{wrapped[most - 1]} …"]
    return [_fit(line, columns) for line in wrapped]


def _label(text: str, columns: int) -> str:
    return f"{_BOLD}{_fit(text, columns)}{_OFF}"


def _word(word: Keyword, place: int | None, columns: int) -> str:
    number = "  +" if place is None else f"{place + 1:3}"
    tail = f"{'suggested, ' + word.ground.value if word.suggested and place is not None else word.ground.value:<18}"
    wide = max(8, columns - len(number) - len(tail) - 2)
    return f"{number} {_fit(clean(word.word), wide)} {tail}"


def _foot(view: View, columns: int) -> Iterator[str]:
    """Yield the four lines at the foot."""
    state, word = view.state, view.state.current
    reason = clean(f"{word.word}: {word.reason}") if word is not None and word.reason else ""
    yield _DIM + _fit(reason, columns) + _OFF
    notes = [state.note] if state.note else list(view.notes)
    more = f" (+{len(notes) - 1})" if len(notes) > 1 else ""
    yield _YELLOW + _fit(clean(notes[0]) if notes else "", columns - len(more)) + more + _OFF
    if state.typing is None:
        yield " " * columns
        yield _DIM + _fit(_KEYS, columns) + _OFF
        return
    prompt = f"{_PROMPT[state.typing]}: "
    yield _BOLD + prompt + _OFF + _typed("".join(map(_harmless, state.line.text)), state.line.at, columns - len(prompt))
    yield _DIM + _fit("Enter take it  Escape leave it  Ctrl-U clear to the left", columns) + _OFF


def _typed(text: str, at: int, columns: int) -> str:
    """Return the part of a typed line around its cursor, the cursor in reverse."""
    start = max(0, at - columns + 2)
    while cell_len(text[start:at]) > columns - 2:
        start += 1
    before, under, after = text[start:at], text[at : at + 1] or " ", text[at + 1 :]
    room = max(0, columns - cell_len(before) - cell_len(under))
    return f"{before}{_REVERSE}{under}{_OFF}{_fit(after, room)}"


def _help(columns: int) -> list[str]:
    lines = [_label("keys", columns)]
    for keys, text in HELP:
        first, *rest = textwrap.wrap(text, columns - 11)
        lines.append(_fit(f"{keys:<10} {first}", columns))
        lines += [_fit(" " * 11 + line, columns) for line in rest]
    return [*lines, " " * columns, _fit("any key goes back", columns)]


def clean(text: str) -> str:
    """Return a text on one line, without what a terminal would take for a command."""
    return "".join(map(_harmless, " ".join(text.split())))


def _harmless(character: str) -> str:
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character


def _fit(text: str, columns: int) -> str:
    """Return a text that fills so many cells exactly, cut with an ellipsis where it is longer."""
    if columns <= 0:
        return ""
    if cell_len(text) > columns:
        text = (chop_cells(text, columns - 1)[0] if columns > 1 else "") + "…"
    return set_cell_size(text, columns)


def _at(row: int, column: int) -> str:
    return f"\x1b[{row};{column}H"

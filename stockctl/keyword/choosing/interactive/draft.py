"""What a person makes of one file's words, key by key: plain values, nothing is written here."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from stockctl.keyword.candidate import Ground, Source
from stockctl.keyword.choosing.interactive.line import Line, typed
from stockctl.keyword.ranking import Keyword
from stockctl.keyword.wishes import split_words
from stockctl.words.lemma import key as lemma

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Event(StrEnum):
    """What a key asks of the session."""

    ACCEPT = "accept"
    SKIP = "skip"
    BACK = "back"
    QUIT = "quit"


class Field(StrEnum):
    """What is being typed."""

    TITLE = "title"
    DESCRIPTION = "description"
    ADD = "add"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Draft:
    """A file's words as they stand now: those to embed, in order, and those on offer."""

    title: str = ""
    description: str = ""
    keywords: tuple[Keyword, ...] = ()
    offered: tuple[Keyword, ...] = ()

    def to_json(self) -> str:
        """Return the draft as the catalogue keeps it."""
        words = [[_as_row(word) for word in part] for part in self._parts]
        return json.dumps([self.title, self.description, *words], ensure_ascii=False)

    @property
    def _parts(self) -> tuple[tuple[Keyword, ...], tuple[Keyword, ...]]:
        return self.keywords, self.offered

    @classmethod
    def of_json(cls, text: str) -> Draft:
        """Rebuild what `to_json` made."""
        title, description, *words = json.loads(text)
        keywords, offered = (tuple(map(_of_row, part)) for part in words)
        return cls(title, description, keywords, offered)


def _as_row(word: Keyword) -> list[str | float]:
    return [word.word, word.source.value, word.score, word.reason, word.ground.value]


def _of_row(row: Sequence[Any]) -> Keyword:
    word, source, score, reason, *ground = row
    # Drafts from before grounds were kept have none.
    named = Ground(ground[0]) if ground else Ground.PERSON if source == Source.PERSON else Ground.GUESSED
    return Keyword(word, Source(source), score, reason, named)


@dataclass(frozen=True, slots=True)
class State:
    """A draft on the screen.

    `cursor` counts through the keywords and then the words on offer; `past` are
    the drafts that `u` goes back to; `line` is what is being typed into `typing`.
    """

    draft: Draft
    cursor: int = 0
    past: tuple[Draft, ...] = ()
    typing: Field | None = None
    line: Line = field(default_factory=Line)
    helping: bool = False
    note: str = ""

    @property
    def current(self) -> Keyword | None:
        """The word under the cursor."""
        words = (*self.draft.keywords, *self.draft.offered)
        return words[self.cursor] if self.cursor < len(words) else None


# How many changes of one file can be taken back.
_PAST = 100


def press(state: State, key: str) -> tuple[State, Event | None]:
    """Return the state after a key, and what it asks of the session."""
    if state.typing is not None:
        return _type(state, key), None
    if state.helping:
        return replace(state, helping=False), None
    state = replace(state, note="")
    if key in _EVENTS:
        return state, _EVENTS[key]
    if key in _CHANGES:
        return _CHANGES[key](state), None
    return _moved(state, key), None


def _type(state: State, key: str) -> State:
    if key == "escape":
        return replace(state, typing=None, line=Line())
    if key != "enter":
        return replace(state, line=typed(state.line, key))
    text, what = " ".join(state.line.text.split()), state.typing
    state = replace(state, typing=None, line=Line())
    if what is Field.TITLE:
        return _changed(state, replace(state.draft, title=text))
    if what is Field.DESCRIPTION:
        return _changed(state, replace(state.draft, description=text))
    return _add(state, split_words(text)) if what is Field.ADD else _respell(state, text)


def _changed(state: State, draft: Draft, cursor: int | None = None) -> State:
    """Return the state with another draft, the cursor on a word that is there."""
    if draft == state.draft:
        return state
    last = max(0, len(draft.keywords) + len(draft.offered) - 1)
    at = min(max(state.cursor if cursor is None else cursor, 0), last)
    return replace(state, draft=draft, cursor=at, past=(*state.past, state.draft)[-_PAST:])


def added(draft: Draft, words: Sequence[str]) -> Draft:
    """Return a draft with a person's words behind their other ones, before what is suggested; each once."""
    known = {word.word.lower() for word in draft.keywords if not word.suggested}
    new = [Keyword.of_person(word) for word in words if word.lower() not in known]
    keys = {lemma(word.word) for word in new}
    own = next((place for place, word in enumerate(draft.keywords) if word.suggested), len(draft.keywords))
    # The same word that was suggested makes way: what a person types is theirs.
    rest = [word for word in draft.keywords[own:] if not (word.suggested and lemma(word.word) in keys)]
    offered = tuple(word for word in draft.offered if lemma(word.word) not in keys)
    return replace(draft, keywords=(*draft.keywords[:own], *new, *rest), offered=offered)


def _add(state: State, words: Sequence[str]) -> State:
    known = {word.word.lower() for word in state.draft.keywords}
    new = [word for word in words if word.lower() not in known]
    own = next((place for place, word in enumerate(state.draft.keywords) if word.suggested), len(state.draft.keywords))
    state = _changed(state, added(state.draft, new), own + len(new) - 1 if new else None)
    there = len(words) - len(new)
    return replace(state, note=f"{there} stood there already") if there else state


def _respell(state: State, text: str) -> State:
    """Write the word under the cursor another way; nothing typed takes it out."""
    if not text:
        return _toggle(state) if state.cursor < len(state.draft.keywords) else state
    if any(word.word.lower() == text.lower() for word in state.draft.keywords) and (
        state.current is None or state.current.word.lower() != text.lower()
    ):
        return replace(state, note=f"{text!r} stands there already")
    new = Keyword.of_person(text)
    keywords, offered, at = list(state.draft.keywords), list(state.draft.offered), state.cursor
    if at < len(keywords):
        keywords[at] = new
    elif at - len(keywords) < len(offered):
        offered.pop(at - len(keywords))
        keywords.append(new)
        at = len(keywords) - 1
    return _changed(state, replace(state.draft, keywords=tuple(keywords), offered=tuple(offered)), at)


def _toggle(state: State) -> State:
    """Take the word under the cursor out of the keywords, or one on offer in."""
    keywords, offered, at = list(state.draft.keywords), list(state.draft.offered), state.cursor
    if at < len(keywords):
        offered.insert(0, keywords.pop(at))
        # The cursor stays where the next word moves up, but does not slip into the offers.
        at = min(at, max(0, len(keywords) - 1))
    elif at - len(keywords) < len(offered):
        keywords.append(offered.pop(at - len(keywords)))
        at += 1
    return _changed(state, replace(state.draft, keywords=tuple(keywords), offered=tuple(offered)), at)


def _take_all(state: State) -> State:
    return _changed(
        state, replace(state.draft, keywords=(*state.draft.keywords, *state.draft.offered), offered=()), state.cursor
    )


def _reordered(to: Callable[[int], int]) -> Callable[[State], State]:
    """Return the change that moves the keyword under the cursor from a place to another."""

    def change(state: State) -> State:
        keywords, at = list(state.draft.keywords), state.cursor
        if at >= len(keywords):
            return replace(state, note="only keywords have an order; space takes this one in")
        word = keywords.pop(at)
        place = min(max(to(at), 0), len(keywords))
        keywords.insert(place, word)
        return _changed(state, replace(state.draft, keywords=tuple(keywords)), place)

    return change


def _undone(state: State) -> State:
    if not state.past:
        return replace(state, note="nothing to take back here")
    draft = state.past[-1]
    last = max(0, len(draft.keywords) + len(draft.offered) - 1)
    return replace(state, draft=draft, past=state.past[:-1], cursor=min(state.cursor, last))


def _typing(what: Field) -> Callable[[State], State]:
    def begin(state: State) -> State:
        texts = {Field.TITLE: state.draft.title, Field.DESCRIPTION: state.draft.description}
        word = state.current.word if what is Field.WORD and state.current else ""
        if what is Field.WORD and not word:
            return state
        return replace(state, typing=what, line=Line.of(texts.get(what, word)))

    return begin


def _moved(state: State, key: str) -> State:
    last = max(0, len(state.draft.keywords) + len(state.draft.offered) - 1)
    places = {"up": state.cursor - 1, "k": state.cursor - 1, "down": state.cursor + 1, "j": state.cursor + 1,
              "page-up": state.cursor - 10, "page-down": state.cursor + 10, "home": 0, "end": last,
              "tab": len(state.draft.keywords) if state.cursor < len(state.draft.keywords) else 0}  # fmt: skip
    return replace(state, cursor=min(max(places.get(key, state.cursor), 0), last))


_EVENTS = {
    "enter": Event.ACCEPT,
    "s": Event.SKIP,
    "right": Event.SKIP,
    "b": Event.BACK,
    "left": Event.BACK,
    "q": Event.QUIT,
}
_CHANGES: dict[str, Callable[[State], State]] = {
    " ": _toggle,
    "x": _toggle,
    "delete": _toggle,
    "A": _take_all,
    "K": _reordered(lambda at: at - 1),
    "shift-up": _reordered(lambda at: at - 1),
    "J": _reordered(lambda at: at + 1),
    "shift-down": _reordered(lambda at: at + 1),
    "f": _reordered(lambda _: 0),
    "u": _undone,
    "a": _typing(Field.ADD),
    "t": _typing(Field.TITLE),
    "d": _typing(Field.DESCRIPTION),
    "e": _typing(Field.WORD),
    "?": lambda state: replace(state, helping=True),
}
# All keys that mean something.
KEYS = frozenset((*_EVENTS, *_CHANGES))

# What the screen says of the keys, in the order of use.
HELP = (
    ("Enter", "write this file as it stands here, and go on"),
    ("s, →", "skip: leave the file as it is, and go on"),
    ("b, ←", "go back one file"),
    ("↑ ↓  k j", "move through the words; Tab jumps to those on offer and back"),
    ("Space, x", "take a keyword out, or a word on offer in"),
    ("A", "take in all that is on offer"),
    ("K J", "move a keyword up or down (also Shift and an arrow)"),
    ("f", "put a keyword first"),
    ("a", "add your own words, split at commas"),
    ("e", "write the word under the cursor another way"),
    ("t  d", "type the title, the description"),
    ("u", "take back the last change"),
    ("q", "leave; the next time it goes on here, nothing typed is lost"),
)

"""A line of text being typed: keys in, the line out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stockctl.keyword.choosing.interactive.keys import PASTE


@dataclass(frozen=True, slots=True)
class Line:
    """The text, and the place of the cursor in it: 0 stands before the first character."""

    text: str = ""
    at: int = 0

    @classmethod
    def of(cls, text: str) -> Line:
        """Return a line with the cursor at its end."""
        return cls(text, len(text))


def typed(line: Line, key: str) -> Line:
    """Return the line after a key; a key that means nothing here changes nothing."""
    if key.startswith(PASTE):
        return _inserted(line, " ".join(key.removeprefix(PASTE).split()))
    if len(key) == 1 and key.isprintable():
        return _inserted(line, key)
    before, after = line.text[: line.at], line.text[line.at :]
    word = len(before.rstrip().rpartition(" ")[0])
    word += word > 0
    moved = {"left": line.at - 1, "right": line.at + 1, "home": 0, "ctrl-a": 0, "end": len(line.text),
             "ctrl-e": len(line.text), "ctrl-left": word}  # fmt: skip
    if key in moved:
        return replace(line, at=min(max(moved[key], 0), len(line.text)))
    if key in {"backspace", "ctrl-h"}:
        return Line(before[:-1] + after, max(0, line.at - 1))
    if key in {"delete", "ctrl-d"}:
        return Line(before + after[1:], line.at)
    if key == "ctrl-u":
        return Line(after, 0)
    if key == "ctrl-k":
        return Line(before, line.at)
    if key == "ctrl-w":
        return Line(before[:word] + after, word)
    return line


def _inserted(line: Line, text: str) -> Line:
    return Line(line.text[: line.at] + text + line.text[line.at :], line.at + len(text))

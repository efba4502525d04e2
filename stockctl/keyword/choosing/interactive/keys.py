"""From the bytes that a terminal sends to the names of keys.

Printable keys are themselves (`a`, `é`); others have names: `enter`, `escape`,
`up`, `shift-up`, `page-down`, `delete`, `ctrl-c`. What was pasted is one key:
`PASTE` and the text. After ECMA-48 and xterm's control sequences.
"""

from __future__ import annotations

import re

PASTE = "paste:"

_PASTED = b"\x1b[200~", b"\x1b[201~"
_FINAL = {"A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end", "Z": "shift-tab"}
_TILDE = {1: "home", 2: "insert", 3: "delete", 4: "end", 5: "page-up", 6: "page-down", 7: "home", 8: "end"}
_MODIFIER = {2: "shift-", 3: "alt-", 5: "ctrl-"}
_SEQUENCE = re.compile(rb"\x1b(?:\[([0-9;]*)([@-~])|O([A-Z]))")
# The beginning of a sequence whose end has not come yet.
_BEGUN = re.compile(rb"\x1b(?:\[[0-9;]*|O)?$")
_PLAIN = {0x0D: "enter", 0x0A: "enter", 0x09: "tab", 0x7F: "backspace", 0x1B: "escape"}


def keys(data: bytes, *, more: bool) -> tuple[list[str], bytes]:
    """Return the keys in `data`, and the bytes that are no whole key yet.

    `more` tells that the rest may still come; without it what is left is taken
    for what it is, so that a lone ESC becomes `escape`.
    """
    found: list[str] = []
    while data:
        if data.startswith(_PASTED[0]):
            text, end, rest = data[len(_PASTED[0]) :].partition(_PASTED[1])
            if not end and more:
                break
            found.append(PASTE + text.decode("utf-8", "replace"))
            data = rest
            continue
        if data[0] == 0x1B:
            match = _SEQUENCE.match(data)
            if match:
                name = _named(match)
                found += [name] if name else []
                data = data[match.end() :]
                continue
            if more and _BEGUN.match(data):
                break
        key, length = _single(data)
        if not length and more:
            break
        found += [key] if key else []
        data = data[max(1, length) :]
    return found, data


def _named(match: re.Match[bytes]) -> str:
    """Return the name of a control sequence; empty for one that is no key."""
    if match[3]:
        return _FINAL.get(match[3].decode(), "")
    numbers = [int(part) if part else 0 for part in match[1].split(b";")]
    modifier = _MODIFIER.get(numbers[1], "") if len(numbers) > 1 else ""
    name = _TILDE.get(numbers[0], "") if match[2] == b"~" else _FINAL.get(match[2].decode("latin-1"), "")
    return modifier + name if name else ""


def _single(data: bytes) -> tuple[str, int]:
    """Return the first character's key and its length in bytes; 0 where its end has not come."""
    first = data[0]
    if first in _PLAIN:
        return _PLAIN[first], 1
    if first < 0x20:
        return f"ctrl-{chr(first + 0x60)}", 1
    length = 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    if len(data) < length:
        return "", 0
    try:
        return data[:length].decode(), length
    except UnicodeDecodeError:
        return "", 1

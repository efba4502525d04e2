"""How a film was taken: the camera that moves is not in the picture, and who looks into it looks at the camera."""

from __future__ import annotations

from dataclasses import replace

from stockctl.words.said.asides.numbers import merged
from stockctl.words.said.tokens import Token

# What stands before the camera that takes the film, where a clause begins with it.
_BEFORE = frozenset(("the", "a", "our", "my", "handheld", "then", "and", "as", "while", "steady"))
_HOW = frozenset(("slowly", "smoothly", "gently", "steadily", "quickly", "then", "is", "gradually"))
_STEMS = frozenset(
    ("move", "fly", "pan", "tilt", "zoom", "slide", "rotate", "track", "follow", "orbit", "glide", "push", "pull",
     "dolly", "travel", "approach", "circle", "rise", "descend", "pass", "go", "turn", "drift", "float", "reveal",
     "spin", "ascend", "swing", "swoop", "truck", "crane")
)  # fmt: skip
_FLIES = frozenset(("flies", "flying", "dollies", "passes", "goes"))
_PARTICLES = frozenset(
    ("in", "out", "up", "down", "left", "right", "forward", "forwards", "backward", "backwards", "back", "away",
     "sideways", "closer", "upwards", "downwards", "along", "around", "over", "through", "past", "to", "from", "on")
)  # fmt: skip
# Before "shot" these say how the film was taken.
_SHOTS = frozenset(("static", "locked", "dolly", "slider", "gimbal", "tilting", "orbiting", "fixed"))
_LOOKING = frozenset(
    ("look", "looks", "looking", "stare", "stares", "staring", "gaze", "gazes", "gazing", "peering", "peers")
)  # fmt: skip
_STRAIGHT = frozenset(
    ("straight", "right", "back", "up", "down", "deep", "calmly", "intently", "directly", "seriously")
)
_INTO = frozenset(("at", "in", "into", "to", "toward", "towards"))
_LENS = frozenset(("camera", "lens", "cameras"))
_AT_CAMERA = (Token("looking", "looking"), Token("at", "at"), Token("camera", "camera"))
# So many words before the camera at most begin a clause.
_FIRST = 2


def with_filming(tokens: list[Token]) -> list[Token]:
    """Return a clause in which the camera of the film is silent, and looks into it are told as agencies call them."""
    tokens = _without_camera(tokens)
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        end = _end_of_look(tokens, at)
        if end:
            found += _AT_CAMERA
        elif tokens[at].bare in _SHOTS and [one.bare for one in tokens[at + 1 : at + 2]] == ["shot"]:
            found.append(merged(tokens[at : at + 2]))
            end = at + 2
        else:
            found.append(tokens[at])
        at = end or at + 1
    return found


def _without_camera(tokens: list[Token]) -> list[Token]:
    """Silence a camera that moves, and how: the camera slowly pans to the left."""
    begin = next((at for at, one in enumerate(tokens[: _FIRST + 1]) if one.bare == "camera"), None)
    if begin is None or any(one.bare not in _BEFORE for one in tokens[:begin]):
        return tokens
    end = begin + 1
    while end < len(tokens) and tokens[end].bare in _HOW:
        end += 1
    if end == len(tokens) or not _moves(tokens[end].bare):
        return tokens
    end += 1
    while end < len(tokens) and tokens[end].bare in _PARTICLES:
        end += 1
    return [replace(one, silent=one.silent or at < end) for at, one in enumerate(tokens)]


def _moves(word: str) -> bool:
    """Whether a word is a form of a verb that a camera does: pans, is panning."""
    stems = {word.removesuffix("s")}
    if word.endswith("ing"):
        stem = word.removesuffix("ing")
        stems |= {stem, f"{stem}e", stem[:-1]}
    return word in _FLIES or (word.endswith(("s", "ing")) and bool(stems & _STEMS))


def _end_of_look(tokens: list[Token], at: int) -> int:
    """Return where a look into the camera ends that begins at a place; 0 where there is none."""
    if tokens[at].bare not in _LOOKING:
        return 0
    end = at + 1
    while end < len(tokens) and (tokens[end].bare in _STRAIGHT or tokens[end].bare.endswith("ly")):
        end += 1
    if end == len(tokens) or tokens[end].bare not in _INTO:
        return 0
    end += 1
    if end < len(tokens) and tokens[end].bare in {"the", "a"}:
        end += 1
    return end + 1 if end < len(tokens) and tokens[end].bare in _LENS else 0

"""What is written in a picture, told between quotation marks: a poster "Never give up"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stockctl.words.lemma import key, plain
from stockctl.words.said.tokens import WORD, is_empty
from stockctl.words.tables import entries, packed
from stockctl.words.texts.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUOTED = re.compile(r"\"([^\"\n]+)\"|[“„]([^”“\n]+)[”“]|«([^»\n]+)»|(?<![^\W_])['‘]([^'‘’\n]+)['’](?![^\W_])")
# What is made of words, or carries some.
_CARRIES = frozenset(
    ("lettering", "letters", "quote", "phrase", "text", "words", "word", "slogan", "sign", "signs", "inscription",
     "typography", "message", "saying", "motto", "reading", "says", "say", "saying", "written", "spelled", "spelling",
     "calligraphy", "poster", "card", "banner", "note", "notes", "t-shirt", "tshirt", "shirt", "board", "chalkboard",
     "blackboard", "whiteboard", "letterboard", "placard", "label", "sticker", "handwriting", "handwritten", "title",
     "greeting", "blocks", "cubes", "tiles", "billboard", "graffiti", "mug", "stamp", "headline", "wordcloud")
)  # fmt: skip
# So many words has what buyers look for.
_FEWEST, _MOST = 2, 5


def lettering(text: str) -> Iterator[str]:
    """Yield what a text says is written in the picture, lower case, where it is English and of two to five words."""
    for sentence in sentences(text):
        found = list(_QUOTED.finditer(sentence))
        if found and _CARRIES & {plain(word) for word in WORD.findall(_QUOTED.sub(" ", sentence))}:
            for match in found:
                words = WORD.findall(next(filter(None, match.groups()), "").replace("’", "'"))
                bare = [plain(word) for word in words]
                if _FEWEST <= len(words) <= _MOST and all(map(_is_english, bare)) and not all(map(is_empty, bare)):
                    yield " ".join(word.lower() for word in words)


def _is_english(word: str) -> bool:
    short = word.replace("'", "")
    return (
        {word, key(word), short} & entries("stop") != set()
        or word in packed("english")
        or key(word) in packed("english")
    )

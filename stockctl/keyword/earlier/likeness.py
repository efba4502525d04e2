"""How like two texts must be for the words of one picture to be thought of for the other one.

Tuned on 40 pairs of texts, half of them of one theme, and held against 40 others and the captions of Flickr8k.
"""

from __future__ import annotations

# Cosines of two texts. Below LIKE another theme mostly shares a word, a season or a light with this one, no more: its
# words are not on offer, but where two works agree on one, or it says something of the text itself; below LEAST none
# is. From CLOSE on both are of one theme.
LEAST, LIKE, CLOSE = 0.2, 0.3, 0.35
# What the cosine of the texts and that of the word to the text come to together, for a word of a work below LIKE, and
# for one that `--all` embeds.
MEANT, TOGETHER = 0.47, 0.73
# So many works that are a little like a text agree.
_AGREED = 2
# So much less like are a drawing and a photograph of which much the same is said: one word has two senses there
# (the heart of an anatomy, paper hearts).
OTHER_MEDIUM = 0.15


def is_like(texts: float, word: float, agreed: int = 1) -> bool:
    """Whether a word is on offer, by the cosines of the texts and of the word, and how many works agree on it."""
    return texts >= LIKE or (texts >= LEAST and (agreed >= _AGREED or texts + word >= MEANT))


def is_close(texts: float, word: float) -> bool:
    """Whether a word is near enough to be embedded with `--all`."""
    return texts >= CLOSE and texts + word >= TOGETHER

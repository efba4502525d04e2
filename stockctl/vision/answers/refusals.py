"""Tell when a model declines to answer, in prose or dressed up as an answer."""

from __future__ import annotations

import re

# What only one who declines says, of themselves or of the picture that did not come. Ours, from answers seen.
_DECLINES = re.compile(
    r"""
    \b(?:i|we)\s?(?:'m|’m|\ am|'re|\ are)\s(?:very\ |so\ |really\ )?(?:sorry|unable|not\ able|not\ permitted|afraid)\b
    | \bsorry,?\ (?:but\ )?(?:i|we)\b
    | \b(?:i|we)\ (?:can(?:not|\ not|['’]t)|won['’]t|could(?:\ not|n['’]t)|will\ not|do\ not|don['’]t|must)\ (?:\w+\ )?
      (?:assist|help|identify|process|provide|fulfil|comply|view|see|describe|determine|access|generate
         |analy[sz]e|complete|create|do\ that|answer|discuss|open|have\ (?:access|an?\ image)|decline)
    | \b(?:unable|not\ able)\ to\ (?:assist|help|identify|process|provide|fulfil|comply|view|see|describe|determine
         |access|generate|analy[sz]e|complete|open)
    | \b(?:cannot|can't|can’t)\ (?:assist|help|comply|fulfil|process|identify|be\ (?:described|processed|identified))
    | \bas\ an?\ (?:ai|artificial\ intelligence|(?:large\ )?language\ model)\b
    | \bno\ (?:image|picture|photo|photograph|file)s?\ (?:(?:was|were|is|has\ been|have\ been)\ )?
      (?:provided|attached|uploaded|given|found|supplied|received|included|available|detected)\b
    | \b(?:image|picture|photo)\ (?:was|is|has)\ (?:not|n't)\ (?:been\ )?(?:provided|attached|uploaded|given|received)\b
    | \bplease\ (?:provide|upload|attach|share|send)\ (?:me\ )?(?:an?|the|your)\ (?:image|picture|photo)
    | \b(?:against|violates?|violation\ of)\ (?:my|our|the|content)\ (?:content\ |usage\ |safety\ )?
      (?:polic|guideline|rule)
    | \bes\ tut\ mir\ leid\b | \bich\ kann\b[^.]{0,40}\bnicht\b | \blo\ siento\b | \bno\ puedo\b
    | \bje\ suis\ désolée?\b | \bje\ ne\ (?:peux|puis)\ pas\b | \bnão\ posso\b | \bmi\ dispiace\b | \bnon\ posso\b
    | \bmaaf,?\ saya\b | 抱歉 | 无法 | 申し訳
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Keywords that a model fills in where it has seen nothing.
_NOTHING = frozenset(
    {"unable", "cannot", "sorry", "refusal", "refused", "decline", "declined", "error", "none", "n/a", "na", "unknown",
     "no image", "not available", "unavailable", "unidentified", "unsupported", "request", "assist", "restricted",
     "not applicable", "not provided", "no picture", "no photo", "null", "undefined", "can't", "unable to assist"}
)  # fmt: skip


def declines(text: str) -> bool:
    """Whether a text is what one says who will not, or cannot, describe a picture."""
    return _DECLINES.search(text) is not None


def says_nothing(word: str) -> bool:
    """Whether a keyword stands for having seen nothing."""
    return word.strip().lower() in _NOTHING or declines(word)

"""Fail where the text model of an installed stockctl is not there, or ranks nothing; run by its own Python."""

from __future__ import annotations

from stockctl.keyword.embed.keyphrases import keyphrases
from stockctl.keyword.embed.vectors import Vectors

(SCORES,) = keyphrases(["A red boat lies on a quiet lake at sunrise."], Vectors())
assert next(iter(SCORES)) == "red boat", SCORES
print("the text model is there:", ", ".join(list(SCORES)[:3]))

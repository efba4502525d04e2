"""Tables of words: a person's own dictionary, and what became of suggestions."""

from __future__ import annotations

from sqlite_utils import Migrations

migrations = Migrations("vocabulary")

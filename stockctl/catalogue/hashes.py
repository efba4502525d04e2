"""Tables of perceptual hashes: the index of near duplicates."""

from __future__ import annotations

from sqlite_utils import Migrations

migrations = Migrations("hashes")

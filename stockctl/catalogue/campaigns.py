"""Tables of campaigns: briefs, posts and what they pay."""

from __future__ import annotations

from sqlite_utils import Migrations

migrations = Migrations("campaigns")

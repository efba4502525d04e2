"""Tables of what the agencies decided: accepted or rejected, and why."""

from __future__ import annotations

from sqlite_utils import Migrations

migrations = Migrations("decisions")

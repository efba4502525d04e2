"""Tables of submissions: what was sent where, under which name, and how it ended."""

from __future__ import annotations

from sqlite_utils import Migrations

migrations = Migrations("ledger")

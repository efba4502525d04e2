"""Tables of statements and sales, and the roll-ups that reports read."""

from __future__ import annotations

from sqlite_utils import Migrations

migrations = Migrations("sales")

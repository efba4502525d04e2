"""Tables of changes to files: batches, and the bytes that each change replaced."""

from __future__ import annotations

from sqlite_utils import Migrations

migrations = Migrations("history")

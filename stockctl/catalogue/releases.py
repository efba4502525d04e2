"""Tables of model and property releases, and the pictures that they cover."""

from __future__ import annotations

from sqlite_utils import Migrations

migrations = Migrations("releases")

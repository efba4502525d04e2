"""Cells of tables that a spreadsheet will open."""

from __future__ import annotations

# A cell that begins with one of these is run as a formula by a spreadsheet (OWASP, CSV Injection).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """Return `text` as a cell that no spreadsheet runs: a leading `'` where it would."""
    return "'" + text if text.startswith(FORMULA_SIGNS) else text

"""Statements: one file per agency, one function per layout, found by its header."""

"""Primitives of showing: findings, tables, charts, pages and JSON documents."""

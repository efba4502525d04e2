"""Agencies: one TOML file each, every number with source, confidence and date."""

"""Agencies: one TOML file each, every number with source, confidence and date."""

from stockctl.agencies.agency import Agency, Category, Confidence, Limit, Sheet, Transport
from stockctl.agencies.load import load, resolve

__all__ = ["Agency", "Category", "Confidence", "Limit", "Sheet", "Transport", "load", "resolve"]

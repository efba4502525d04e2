"""A check as terminal, JSON, CSV and contact sheet show it."""

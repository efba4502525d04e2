"""Formats, and who else reads them."""

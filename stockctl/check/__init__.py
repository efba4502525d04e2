"""Check: pixels to numbers to findings, as an agency's reviewer would judge."""

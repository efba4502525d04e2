"""Versions of what is kept: raise one, and files are inspected, or judged, again."""

# A measurement changed its meaning or its value.
MEASUREMENTS = "28"

# The form in which findings are kept.
VERDICTS = "2"

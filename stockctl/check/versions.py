"""Versions of what is kept: raise one, and files are inspected again."""

# A measurement changed its meaning or its value.
MEASUREMENTS = "3"

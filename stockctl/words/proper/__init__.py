"""Proper names: places, countries, and names that agencies refuse."""

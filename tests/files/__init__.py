"""Tests of walking, recognising and replacing files."""

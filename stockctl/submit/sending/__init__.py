"""Sending: one file after the other, once."""

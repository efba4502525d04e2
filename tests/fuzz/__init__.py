"""Mutated files for every parser and decoder, within bounds of time and memory: `python -m tests.fuzz --help`."""

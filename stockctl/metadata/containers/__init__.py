"""Containers: replace the metadata parts of a file, copy every other byte."""

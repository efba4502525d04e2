"""Sums over all pictures that a plan adds up: kept beside what they are of, and brought up to it by what changed.

What changes is marked by triggers; a block whose keywords or sold files are
counted is put aside as it was before the first change of it.
"""

"""Names of places and persons, and words of other languages."""

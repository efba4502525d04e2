"""The commands of the work itself, one per stage."""

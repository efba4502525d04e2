"""The agencies' tables of levels, what counts towards one, and when the next is to come."""

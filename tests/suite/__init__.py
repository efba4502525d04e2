"""The tests' own manners: how they are started, and that each of them ends."""

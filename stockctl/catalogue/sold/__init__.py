"""Tables of what sold: statements, sales, and their roll-ups."""

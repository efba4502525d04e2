"""Tables of words: a person's own, those the program made, and those of earlier work."""

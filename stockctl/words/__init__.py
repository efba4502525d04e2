"""Words and texts: lemma, spelling, refused names, spam, and each agency's form of a text."""

"""Which files, words and shoots earn, and how fast."""

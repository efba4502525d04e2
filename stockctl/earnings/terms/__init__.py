"""What the words in a statement mean: money, days, names and kinds."""

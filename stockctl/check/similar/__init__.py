"""Similar pictures: hashes, their search, and the pairs found."""

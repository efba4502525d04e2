"""Media: tell what a file is by its content, its two identities, decode it once."""

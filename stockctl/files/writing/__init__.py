"""Changes to a person's files: beside the file, read back, and put in its place in one step."""

"""Rules of the file, its form and what it holds."""

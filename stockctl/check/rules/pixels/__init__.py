"""Rules of what the picture looks like."""

"""Rules of what is said of the picture."""

"""Where words come from, and which are taken."""

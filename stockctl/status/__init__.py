"""Status: where each file stands on its way, and what is next."""

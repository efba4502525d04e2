"""Review: what the agencies decided, and what that teaches."""

"""Names of things: what stands together as one, and what of it stands by itself."""

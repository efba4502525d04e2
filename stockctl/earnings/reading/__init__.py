"""From a statement's bytes to rows."""

"""Files of every form: decoded rightly, within bounds, or told for what they are."""

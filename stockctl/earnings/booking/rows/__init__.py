"""A statement's rows as columns of whole numbers, and what those stand for."""

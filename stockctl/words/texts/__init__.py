"""Texts: what they say, how they are cut, and what is wrong with them."""

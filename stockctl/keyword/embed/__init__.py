"""Texts as vectors, and what ranks by them."""

"""Keyword: sources to candidates to titles, descriptions and ranked keywords."""

"""Titles, descriptions, and what a person should know of a file's words."""

"""Tests of the agencies' files and of the command that shows them."""

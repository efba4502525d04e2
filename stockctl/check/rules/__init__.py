"""Rules: one function each, explained in its docstring, listed in one registry."""

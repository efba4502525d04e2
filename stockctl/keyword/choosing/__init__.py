"""A person chooses: in the terminal, in a sheet, at the desk."""

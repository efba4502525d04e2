"""The commands that keep house: settings, the catalogue, papers, what was changed."""

"""From a file to pixels: each form by its decoder, once."""

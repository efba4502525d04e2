"""Texts as vectors, and what ranks by them."""

from stockctl.errors import StockctlError

# Kept beside every stored vector: vectors of two models must not be compared. Those that were made of the weights
# before they were rounded are the same to a cosine of .9995, and may be.
MODEL = "all-MiniLM-L6-v2"
DIMENSIONS = 384


class ModelMissingError(StockctlError):
    """The model's files are missing, or not the known ones; the other sources go on."""

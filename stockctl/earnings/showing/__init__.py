"""A report as a document, in a terminal, as a page."""

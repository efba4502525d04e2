"""What the grid shows: rows of files, and what `check` says of them."""

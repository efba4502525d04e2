"""Tables of what was seen: files and the pictures in them, their hashes, and what models said of them."""

"""Things told by how they look: by a colour, a quality, or what covers them."""

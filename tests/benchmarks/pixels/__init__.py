"""How right and how fast pixels are judged."""

"""How a picture was made, as far as its file tells."""

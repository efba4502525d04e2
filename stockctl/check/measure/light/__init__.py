"""What the light left in a picture: its exposure, its colour, its noise."""

"""What is said of the picture itself: its copy space, how it was filmed, what is written in it, and sellers' notes."""

"""What is sent: the question, and what a model sees of a file."""

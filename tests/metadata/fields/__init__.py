"""What fields say, and which follow."""

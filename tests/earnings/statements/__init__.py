"""What statements look like, and what is read of them."""

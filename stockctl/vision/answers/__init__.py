"""What comes back, made safe: found in whatever form it came, examined, and kept as values."""

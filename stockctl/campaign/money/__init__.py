"""What a campaign pays, and what it must not count."""

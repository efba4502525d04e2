"""What to shoot, and by when: events ahead, one's own files for them, and what one's own sales say. No market data."""

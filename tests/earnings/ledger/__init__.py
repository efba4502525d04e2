"""What the ledger counts, once."""

"""What a person asks of the ledger."""

"""What is answered from the ledger."""

"""From rows to the ledger, once."""

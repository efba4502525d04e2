"""Submit: plan, upload, sheet and ledger, once and only once for each agency."""

"""Pictures for pages: small, large, at 100 %, and the processes that decode them."""

"""What a row of the ledger of sales is for."""

# The first four are licences sold; a day that an agency
# tells in one sum may mix the first two.
KINDS = ("image", "video", "audio", "other")
MIXED = "image or video"
CAMPAIGN, PAYOUT, TAX = "campaign", "payout", "tax"
# Rows that are no earnings: what was paid out of them, and what was withheld.
NOT_EARNED = (PAYOUT, TAX)
# Rows that are earnings, told by their facets `f`.
EARNED = f"f.kind NOT IN ({', '.join(map(repr, NOT_EARNED))})"

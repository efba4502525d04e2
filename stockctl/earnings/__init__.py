"""Earnings: statements to sales to levels, totals and audit."""

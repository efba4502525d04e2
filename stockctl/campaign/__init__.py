"""Campaigns: a brand's brief checked, and the three ways in which it pays."""

"""Every change recorded, and taken back."""

"""What keeps the catalogue's file in order: examined, mended, copied and made small."""

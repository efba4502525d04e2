"""Metadata: one record, its mapping to IPTC, XMP and EXIF, history and undo."""

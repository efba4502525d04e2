"""EXIF, IPTC IIM and XMP: how each holds the record."""

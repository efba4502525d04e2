"""Metadata: one record, its mapping to IPTC, XMP and EXIF, history and undo.

reading = read(path)
record = dataclasses.replace(reading.record, title="Lighthouse in fog")
with history.batch(catalogue, of="keyword") as batch:
    batch.write(path, record)
"""

from stockctl.metadata.reading import Conflict, Reading, read
from stockctl.metadata.record import Location, Record

__all__ = ["Conflict", "Location", "Reading", "Record", "read"]

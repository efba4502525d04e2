"""Metadata: one record, its mapping to IPTC, XMP and EXIF, history and undo.

reading = read(path)
record = dataclasses.replace(reading.record, title="Lighthouse in fog")
with history.batch(catalogue, of="keyword") as batch:
    batch.write(path, record)
"""

from typing import TYPE_CHECKING, Any

from stockctl.metadata.record import Location, Record

if TYPE_CHECKING:
    from stockctl.metadata.reading import Conflict, Reading, read

__all__ = ["Conflict", "Location", "Reading", "Record", "read"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the names above
    """Draw in the readers of all containers when one is asked for: who has the records already does without them."""
    if name in {"Conflict", "Reading", "read"}:
        from stockctl.metadata import reading

        return getattr(reading, name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)

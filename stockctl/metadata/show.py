"""Show metadata: what a file says per standard, the history, an undo; as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from stockctl.metadata.reading import differing
from stockctl.metadata.record import Location, plain
from stockctl.metadata.standards.mapping import BY_NAME, FIELDS, TITLES
from stockctl.report.document import print_document
from stockctl.report.moment import local
from stockctl.report.terminal import results
from stockctl.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stockctl.catalogue.history import BatchRow
    from stockctl.metadata.changes.undoing import UndoReport
    from stockctl.metadata.reading import Reading


def document(reading: Reading) -> dict[str, Any]:
    """Return what a file says, ready for JSON."""
    return {
        "record": reading.record.to_json(),
        "standards": {name: record.to_json() for name, record in reading.per_standard.items()},
        "conflicts": [
            {
                "field": conflict.name,
                "values": {name: plain(value) for name, value in conflict.values.items()},
                "taken": conflict.taken,
            }
            for conflict in reading.conflicts
        ],
        "sidecar": str(reading.sidecar) if reading.sidecar else None,
        "signed": reading.c2pa,
        "location": reading.has_location,
        "notes": list(reading.notes),
    }


def tables(reading: Reading) -> str:
    """Return what a file says as text: each field, each standard under it, conflicts marked."""
    torn = {conflict.name: conflict for conflict in reading.conflicts}
    lines: list[str] = []
    for field in FIELDS:
        values = {
            name: value for name, record in reading.per_standard.items() if (value := getattr(record, field.name))
        }
        if not values:
            continue
        conflict = torn.get(field.name)
        if conflict is None:
            other = differing(field, values, "sidecar") if "sidecar" in values else []
            standards = ", ".join(TITLES[name] for name in values if name not in other)
            if other:
                standards += f", in place of {', '.join(TITLES[name] for name in other)}"
            lines.append(f"{field.label}: {_text(getattr(reading.record, field.name))}  ({standards})")
            continue
        lines.append(f"{field.label}: conflict")
        lines += [
            f"  {TITLES[name]}{' (taken)' if name == conflict.taken else ''}: {_text(value)}"
            for name, value in values.items()
        ]
    lines += _remarks(reading)
    return "\n".join(lines) if lines else "The file says nothing."


def _remarks(reading: Reading) -> Iterable[str]:
    if reading.sidecar:
        yield f"Sidecar: {reading.sidecar.name}"
    if reading.c2pa:
        yield "Signed: a C2PA manifest, which any writing into the file makes invalid"
    if reading.has_location:
        yield "Location: the file tells where it was taken"
    for note in reading.notes:
        yield f"Note: {note}"


def _text(value: Any) -> str:  # noqa: ANN401 - as the field holds it
    if isinstance(value, Location):
        return ", ".join(part for part in asdict(value).values() if part)
    if isinstance(value, tuple):
        joint = " | " if value and isinstance(value[0], Location) else ", "
        return joint.join(_text(part) for part in value)
    return "yes" if value is True else str(value)


def label(name: str) -> str:
    """Return what a field of the record is called in the trade."""
    return BY_NAME[name].label


def history(batches: Sequence[BatchRow], *, as_json: bool) -> None:
    """Print the batches, the latest first."""
    if as_json:
        rows = [
            {
                "batch": batch.batch,
                "of": batch.of,
                "at": batch.at,
                "files": batch.files,
                "undone": batch.undone,
                "kept": batch.kept,
                "command": batch.command,
            }
            for batch in batches
        ]
        print_document({"command": "history", "batches": rows})
        return
    console = results()
    if not batches:
        console.print("No file was changed yet.")
    for batch in batches:
        count = f"{batch.files} file{'' if batch.files == 1 else 's'}"
        state = ", undone" if batch.undone else "" if batch.kept else ", no longer kept for undo"
        console.print(f"{batch.batch:>5}  {local(batch.at)}  {batch.of}: {count}{state}")


def undo(report: UndoReport, *, as_json: bool) -> None:
    """Print what became of each file of an undo."""
    if as_json:
        files = [{"path": str(file.path), "state": file.state, "why": file.why} for file in report.files]
        print_document({"command": "undo", "batch": report.batch, "files": files, "left": report.left})
        return
    console = results()
    for file in report.files:
        console.print(f"{file.state:>13}  {visible(str(file.path))}" + (f"  ({file.why})" if file.why else ""))
    count = sum(file.state == "restored" for file in report.files)
    console.print(f"Batch {report.batch}: {count} of {len(report.files) + report.left} files restored.")

"""Which blocks of a file change, and what each standard says then: decided before a byte is touched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stockctl.metadata import exiftool
from stockctl.metadata.containers import Edits
from stockctl.metadata.following import Turn, with_headline
from stockctl.metadata.reading import guessed, only_guessed, per_standard, reconcile
from stockctl.metadata.record import Record, unclean
from stockctl.metadata.standards import comments, exif, iim, windows, xmp, xmp_edit
from stockctl.metadata.standards.mapping import FIELDS, as_exif, as_iptc, as_text, projected

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from stockctl.metadata.containers import Blocks, Writer
    from stockctl.metadata.reading import Unsure


def edits_of(
    writer: Writer,
    blocks: Blocks,
    current: dict[str, Record],
    wanted: Record,
    *,
    strip_location: bool,
    replaced: Collection[str] = (),
) -> tuple[Edits | None, dict[str, Record]]:
    """Return the edits, or None where nothing changes, and what each standard says afterwards.

    Of the fields that are `replaced` as a whole nothing stays, nor what cannot be read.
    """
    edits = Edits(strip_location=strip_location)
    expected: dict[str, Record] = {}
    changes = False
    unsure = guessed(blocks)
    held = held_fields(unsure, current, wanted, replaced)
    anew = {standard: frozenset(replaced).intersection(names) for standard, names in unsure.items()}
    turn = Turn(current, wanted)
    if "xmp" in writer.standards:
        expected["xmp"] = goal = _but(held, wanted, current.get("xmp"))
        names = xmp_edit.changed_fields(current.get("xmp", Record()), goal)
        defaults = xmp_edit.due(blocks.xmp, turn)
        edits.extended = _rest(blocks.extended, names, turn)
        stripped = strip_location and xmp.has_location(blocks.xmp)
        # The main packet names the extended one by its digest.
        if names or defaults is not None or stripped or edits.extended is not None:
            edits.xmp = _packet(blocks.xmp, goal, [*names, *(defaults or ())], turn, strip_location=strip_location)
            changes = True
    if "iptc" in writer.standards or blocks.iptc is not None:
        goal = _but(held, wanted, current.get("iptc"))
        expected["iptc"] = projected(goal, "iptc")
        names = _changed_iptc(current.get("iptc", Record()), goal, anew.get("iptc", ()))
        stale = blocks.digest is not None and blocks.digest != iim.digest(blocks.iptc or b"")
        less = blocks.iptc and iim.followed(blocks.iptc, turn.removed)
        if names or stale or less != blocks.iptc:
            edits.iptc = iim.edit(less, wanted, names, replaced)
            more = (iim.followed(block, turn.removed) for block in blocks.more_iptc)
            edits.more_iptc = tuple(iim.without(block, names, replaced) for block in more)
            changes = True
    if "exif" in writer.standards:
        goal = _but(held, wanted, current.get("exif"))
        expected["exif"] = projected(goal, "exif")
        edits.exif = exif.values_of(goal, [*changed_exif(current.get("exif", Record()), goal), *anew.get("exif", ())])
        following = replace(turn, wanted=goal)
        edits.exif |= windows.after(blocks.exif, following)
        if (comment := comments.after(blocks.exif, following)) is not None:
            edits.exif |= {comments.USER_COMMENT: comment}
        changes = changes or bool(edits.exif)
    edits.comments = {old: fresh for old in blocks.comments if (fresh := turn.after(old, comments.COPIED)) is not None}
    changes = changes or bool(edits.comments)
    if blocks.texts and blocks.texts_as in writer.standards:
        expected[blocks.texts_as] = projected(wanted, blocks.texts_as, blocks.texts)
        edits.texts = _changed_texts(blocks, current, wanted)
        changes = changes or bool(edits.texts)
    if strip_location and exif.has_location(blocks.exif):
        changes = True
    return (edits if changes else None), expected


def held_fields(
    unsure: Unsure, current: Mapping[str, Record], wanted: Record, replaced: Collection[str] = ()
) -> frozenset[str]:
    """Return the fields that stand only where their character set is guessed at, and that nobody changes.

    A guess is not spread to the other standards.
    """
    if not unsure:
        return frozenset()
    before, _ = reconcile(current, unsure=unsure)
    return frozenset(
        name
        for name in only_guessed(unsure, current)
        if name not in replaced and getattr(wanted, name) == getattr(before, name)
    )


def _but(held: frozenset[str], wanted: Record, current: Record | None) -> Record:
    """Return what is wanted, with the fields that are held as they are now."""
    now = current or Record()
    # What is hidden in a text that is held stays with it.
    hidden = tuple(pair for pair in now.hidden if pair[0] in held)
    return replace(wanted, hidden=hidden, **{name: getattr(now, name) for name in held}) if held else wanted


def _changed_texts(blocks: Blocks, current: dict[str, Record], wanted: Record) -> dict[str, str]:
    """Return the new texts of the fields that a format has places of its own for; empty takes one out."""
    said = current.get(blocks.texts_as, Record())
    fresh = projected(wanted, blocks.texts_as, blocks.texts)
    return {
        name: as_text(getattr(wanted, name), blocks.texts_as)
        for name in blocks.texts
        if getattr(said, name) != getattr(fresh, name) or name in unclean(said, fresh)
    }


def _packet(old: bytes | None, wanted: Record, names: list[str], turn: Turn, *, strip_location: bool) -> bytes:
    fresh = xmp_edit.edit(old or xmp_edit.EMPTY_PACKET, wanted, names, strip_location=strip_location, turn=turn)
    return xmp_edit.padded(fresh, len(old) if old else None)


def _rest(extended: bytes | None, names: list[str], turn: Turn) -> bytes | None:
    """Return the extended packet without the fields that are now in the main one; None where it stays."""
    if extended is None:
        return None
    keys = {entry.xmp.key for entry in FIELDS if entry.name in names}
    shorter = xmp_edit.without(extended, keys)
    if b"adobe" not in extended or not xmp_edit.followers(xmp.parse(shorter or extended), turn):
        return shorter
    return xmp_edit.edit(shorter or extended, turn.wanted, (), turn=turn)


def _changed_iptc(current: Record, wanted: Record, anew: Collection[str] = ()) -> list[str]:
    unseen = unclean(current, wanted)
    return [
        entry.name
        for entry in FIELDS
        if entry.iim
        and (
            entry.name in unseen
            or entry.name in anew
            or _texts(getattr(current, entry.name)) != as_iptc(entry, getattr(wanted, entry.name))
        )
    ]


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - as the field holds it
    return value if isinstance(value, tuple) else (value,) if value else ()


def changed_exif(current: Record, record: Record) -> list[str]:
    """Return the fields that an EXIF block says otherwise than it would if it held `record`."""
    wanted, unseen = exif.as_read(record), unclean(current, record)
    return [
        entry.name
        for entry in FIELDS
        if entry.exif
        and (entry.name in unseen or as_exif(getattr(current, entry.name)) != as_exif(getattr(wanted, entry.name)))
    ]


def through_exiftool(
    blocks: Blocks, wanted: Record, *, strip_location: bool, replaced: Collection[str] = ()
) -> tuple[bytes | None, dict[str, Record], list[exiftool.Assignment]]:
    """Return the packet to write, what each standard says then, and what else to assign; no packet: nothing to do."""
    current, _ = per_standard(blocks)
    unsure = guessed(blocks)
    wanted = with_headline(reconcile(current, unsure=unsure)[0], current, wanted)
    held = held_fields(unsure, current, wanted, replaced)
    goals = {name: _but(held, wanted, current.get(name)) for name in ("xmp", "iptc", "exif")}
    turn = Turn(current, wanted)
    expected = {"xmp": goals["xmp"]}
    more: list[exiftool.Assignment] = []
    names = xmp_edit.changed_fields(current.get("xmp", Record()), goals["xmp"])
    defaults = xmp_edit.due(blocks.xmp, turn)
    if blocks.iptc is not None:
        expected["iptc"] = projected(goals["iptc"], "iptc")
        anew = frozenset(replaced).intersection(unsure.get("iptc", ()))
        changed = _changed_iptc(current.get("iptc", Record()), goals["iptc"], anew)
        less = iim.followed(blocks.iptc, turn.removed)
        if changed or less != blocks.iptc:
            more += exiftool.iptc(iim.edit(less, wanted, changed, replaced))
    if blocks.exif is not None and "exif" in current:
        expected["exif"] = projected(goals["exif"], "exif")
        values = exif.values_of(wanted, changed_exif(current["exif"], goals["exif"]))
        more += exiftool.exif({tag: value.data.decode().rstrip("\0") if value else "" for tag, value in values.items()})
        if (comment := comments.after(blocks.exif, turn)) is not None:
            more.append(
                ("ExifIFD:UserComment", comments.text_of(comment.data, "<" if blocks.exif[:2] == b"II" else ">"))
            )
        values = windows.after(blocks.exif, turn)
        more += exiftool.exif(
            {tag: value.data.decode("utf-16-le").rstrip("\0") if value else "" for tag, value in values.items()}
        )
    if blocks.texts:
        expected[blocks.texts_as] = projected(wanted, blocks.texts_as, blocks.texts)
        more += exiftool.texts(_changed_texts(blocks, current, wanted), blocks.place)
    if not names and defaults is None and not more:
        return None, expected, more
    return (
        _packet(blocks.xmp, goals["xmp"], [*names, *(defaults or ())], turn, strip_location=strip_location),
        expected,
        more,
    )

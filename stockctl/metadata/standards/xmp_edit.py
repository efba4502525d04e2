"""Change properties inside an XMP packet: what is not ours stays as it is, byte for byte."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from stockctl.errors import RefusedError
from stockctl.files.writing.splice import Splice, applied, ordered
from stockctl.metadata.record import unclean
from stockctl.metadata.standards import xmp, xmp_places, xmp_trees
from stockctl.metadata.standards.mapping import (
    CATEGORIES,
    COPIES,
    EDITORIAL_ONLY,
    FIELDS,
    FOLLOWING,
    LABELS,
    NAMESPACES,
    PLACE_PARTS,
    TREE,
    Field,
    Form,
    Property,
)
from stockctl.report.visible import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from xml.etree.ElementTree import Element

    from stockctl.metadata.following import Turn
    from stockctl.metadata.record import Location, Record
    from stockctl.metadata.standards.xmp import Packet
    from stockctl.metadata.standards.xmp_places import Item, Places

# The XMP specification asks for 2 to 4 kB, so that others can edit in place (part 1, 7.3.2).
PADDING = 2048

_HEAD = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
    f' <rdf:RDF xmlns:rdf="{xmp.RDF}">\n'
    '  <rdf:Description rdf:about="">\n'
    "  </rdf:Description>\n"
    " </rdf:RDF>\n"
    "</x:xmpmeta>\n"
).encode()
_TAIL = b'<?xpacket end="w"?>'
EMPTY_PACKET = _HEAD + _TAIL

_WRAPPER_END = re.compile(rb"<\?xpacket\s+end=[^>]*\?>")


def escape(text: str) -> str:
    """Return a text as XML content; a line end is a reference, which no line-wise program can change."""
    return html.escape(text, quote=False).replace("\n", "&#xA;")


def _quoted(text: str) -> str:
    return f'"{html.escape(text)}"'


def changed_fields(current: Record, wanted: Record) -> list[str]:
    """Return the names of the fields that differ, or in which something is hidden, in the record's order."""
    unseen = unclean(current, wanted)
    return [
        field.name
        for field in FIELDS
        if field.name in unseen or getattr(current, field.name) != getattr(wanted, field.name)
    ]


def edit(
    data: bytes,
    wanted: Record,
    names: Sequence[str],
    *,
    strip_location: bool = False,
    extra: dict[str, str] | None = None,
    turn: Turn | None = None,
) -> bytes:
    """Return the packet with the named fields as `wanted` has them; padding is left to `padded`.

    Of a language alternative the default is replaced, and with a `turn` what was a copy of it;
    emptied, all of it goes. `turn` lets other programs' copies of our fields follow. `strip_location`
    takes out the position properties of the EXIF namespace. `extra` sets plain
    properties of the namespace photoshop by name.

    Raises:
        DamagedError: the packet cannot be read.

    """
    packet = xmp.parse(data)
    places = xmp_places.find(EMPTY_PACKET if packet.is_empty else packet.data)
    fields = [field for field in FIELDS if field.name in names]
    gone = {field.xmp.key for field in fields}
    texts: list[tuple[str, str]] = []  # prefix, element
    for field in fields:
        body = _body(field, getattr(wanted, field.name), packet.nodes.get(field.xmp.key), turn)
        if body:
            texts.append((field.xmp.prefix, f"{field.xmp.prefix}:{field.xmp.name}>{body}"))
    for name, value in (extra or {}).items():
        gone.add(f"{{{NAMESPACES['photoshop']}}}{name}")
        texts.append(("photoshop", f"photoshop:{name}>{escape(value)}"))
    for each, body in followers(packet, turn).items() if turn else ():
        gone.add(each.key)
        if body:
            texts.append((each.prefix, f"{each.prefix}:{each.name}>{body}"))
    doomed = [item for item in places.items if item.key in gone or (strip_location and item.key.startswith(xmp.GPS))]
    changes = list(_removals(places, doomed))
    return _applied(places.data, _inserted(places, texts, changes))


def due(data: bytes | None, turn: Turn) -> list[str] | None:
    """Return the fields of a packet that lack a default language; None where there are none, nor copies to edit."""
    if data is None:
        return None
    packet = xmp.parse(data)
    names = packet.undefaulted
    return names if names or followers(packet, turn) else None


def followers(packet: Packet, turn: Turn) -> dict[Property, str]:
    """Return what copies of our fields are to say after a turn, as the content of elements; empty: it goes."""
    found: dict[Property, str] = {}
    for key, node in packet.following.items():
        each = FOLLOWING[key]
        array = xmp.array_of(node)
        if each in COPIES:
            fresh = turn.after(xmp.default(node), COPIES[each])
            if fresh is not None:
                found[each] = _like(node, each, fresh)
        elif each in {TREE, LABELS, CATEGORIES}:
            body = _branches(node, each, turn)
            if body is not None:
                found[each] = body
        elif array is not None and not any(len(li) or li.attrib for li in array):
            kept = turn.left([xmp.plain(li) for li in array])
            if kept is not None:
                kind = array.tag.rpartition("}")[2]
                found[each] = _array(kind, [f"<rdf:li>{escape(text)}</rdf:li>" for text in kept])
    return found


def _branches(node: Element, each: Property, turn: Turn) -> str | None:
    """Return a tree of keywords without what was taken out, as the content of its element; None where it stays."""
    if each in {TREE, LABELS}:
        return xmp_trees.tree_without(node, turn.removed) if turn.removed else None
    fresh = xmp_trees.categories_without(xmp.plain(node), turn.removed) if turn.removed else None
    return None if fresh is None else escape(fresh)


def _like(node: Element, each: Property, text: str) -> str:
    """Return a text in the form in which the old one stands: plain, in a list, in languages."""
    array = xmp.array_of(node)
    if array is None:
        return escape(text)
    if each.form is Form.LANG_ALT:
        return _alternative(text, None)
    return _array(array.tag.rpartition("}")[2], [f"<rdf:li>{escape(text)}</rdf:li>"] if text else [])


def without(data: bytes, keys: set[str]) -> bytes | None:
    """Return a packet without these properties; None where it has none of them."""
    places = xmp_places.find(xmp.as_utf8(data))
    items = [item for item in places.items if item.key in keys]
    return _applied(places.data, list(_removals(places, items))) if items else None


def padded(data: bytes, size: int | None = None, padding: int = PADDING) -> bytes:
    """Return a packet with its padding anew: to `size` bytes where it fits, else with `padding` bytes.

    A packet without an `xpacket` wrapper has no padding and comes back as it is.
    """
    start = data.rfind(b"<?xpacket")
    found = _WRAPPER_END.match(data, start) if start >= 0 else None
    if found is None or data[found.end() :].strip():
        return data
    body, end = data[:start].rstrip(), found[0]
    room = padding
    if size is not None and size >= len(body) + len(end) + 1:
        room = size - len(body) - len(end) - 1
    lines, rest = divmod(room, 100)
    return body + b"\n" + (b" " * 99 + b"\n") * lines + b" " * rest + end


def _applied(data: bytes, changes: Iterable[Splice]) -> bytes:
    return applied(ordered(changes, len(data)), data)


def _removals(places: Places, items: Iterable[Item]) -> Iterable[Splice]:
    attributes: dict[int, list[Item]] = {}
    for item in items:
        if item.attribute:
            attributes.setdefault(item.start, []).append(item)
            continue
        start = item.start
        # The white space that set the element off goes with it.
        while places.data[start - 1 : start] in {b" ", b"\t"}:
            start -= 1
        if places.data[start - 1 : start] == b"\n":
            start -= 2 if places.data[start - 2 : start] == b"\r\n" else 1
        yield Splice(start, item.end, b"")
    for start, doomed in attributes.items():
        yield from _attributes_removed(places, start, {item.key for item in doomed})


_ATTRIBUTE = re.compile(rb"\s+([^\s=]+)\s*=\s*(\"[^\"]*\"|'[^']*')")


def _attributes_removed(places: Places, start: int, keys: set[str]) -> Iterable[Splice]:
    owner = next(description for description in places.descriptions if description.start == start)
    for found in _ATTRIBUTE.finditer(places.data, start, owner.tag_end):
        prefix, colon, name = found[1].decode().partition(":")
        if colon and f"{{{owner.namespaces.get(prefix, '')}}}{name}" in keys:
            yield Splice(found.start(), found.end(), b"")


def _inserted(places: Places, texts: list[tuple[str, str]], changes: list[Splice]) -> list[Splice]:
    if not texts:
        return changes
    scope = places.descriptions[0].namespaces if places.descriptions else places.namespaces
    lines = [_element(prefix, text, scope) for prefix, text in texts]
    return _placed(places, "".join(f"\n   {line}" for line in lines), changes)


def _placed(places: Places, text: str, changes: list[Splice]) -> list[Splice]:
    """Put elements, in which `rdf` stands for RDF, behind what the first description holds."""
    owner = places.descriptions[0] if places.descriptions else None
    scope = owner.namespaces if owner else places.namespaces
    rdf = next((prefix for prefix, uri in scope.items() if uri == xmp.RDF and prefix), "rdf")
    block = text.replace("<rdf:", f"<{rdf}:").replace("</rdf:", f"</{rdf}:").replace(" rdf:", f" {rdf}:").encode()
    if owner is None:
        block = f'\n  <{rdf}:Description {rdf}:about="">'.encode() + block + f"\n  </{rdf}:Description>".encode()
        return _inside(places.data, *places.rdf_tag, places.rdf_close, block, changes)
    return _inside(places.data, owner.start, owner.tag_end, owner.close, block, changes)


def _inside(
    data: bytes, start: int, tag_end: int, close: int | None, block: bytes, changes: list[Splice]
) -> list[Splice]:
    """Put `block` before an element's end tag, or open the element where it is an empty one."""
    if close is not None:
        at = close
        while data[at - 1 : at].isspace():
            at -= 1
        return [*changes, Splice(at, at, block)]
    slash = data.rindex(b"/", start, tag_end)
    name = data[start + 1 : tag_end].split(None, 1)[0].rstrip(b"/>")
    return [*changes, Splice(slash, tag_end, b">" + block + b"\n  </" + name + b">")]


def _element(prefix: str, text: str, scope: dict[str, str]) -> str:
    name, _, body = text.partition(">")
    # A program may have given the namespace another name, which stays.
    own = next((each for each, uri in scope.items() if uri == NAMESPACES[prefix] and each), "")
    if own and "<Iptc4xmpExt:" not in body:
        name = f"{own}{name.removeprefix(prefix)}"
        return f"<{name}>{body}</{name}>"
    needed = {prefix} | set(re.findall(r"<(Iptc4xmpExt):", body))
    declared = "".join(
        f" xmlns:{each}={_quoted(NAMESPACES[each])}" for each in sorted(needed) if scope.get(each) != NAMESPACES[each]
    )
    return f"<{name}{declared}>{body}</{name}>"


def _body(field: Field, value: Any, old: Element | None, turn: Turn | None) -> str:  # noqa: ANN401 - as the form says
    """Return the content of a property's element; empty where nothing is to be said."""
    wanted = field.xmp
    match wanted.form:
        case Form.LANG_ALT:
            return _alternative(value, old, field.name, turn)
        case Form.FLAG:
            return _alternative(EDITORIAL_ONLY if value else "", None)
        case Form.BAG | Form.SEQ:
            return _array(
                "Bag" if wanted.form is Form.BAG else "Seq", [f"<rdf:li>{escape(text)}</rdf:li>" for text in value]
            )
        case Form.PLACE:
            return _array("Bag", [_place(value)] if value else [])
        case Form.PLACES:
            return _array("Bag", [_place(place) for place in value])
        case _:
            text = "" if value is None else str(value)
            return escape(wanted.vocabulary + text if text and "://" not in text else text)


def _alternative(text: str, old: Element | None, name: str = "", turn: Turn | None = None) -> str:
    if not text:
        return ""
    others = [pair for pair in xmp.languages(old) if pair[0].lower() != xmp.DEFAULT] if old is not None else []
    if turn is not None:
        # A copy of the old default is no translation.
        others = [(language, text if turn.was(name, each) else clean(each)) for language, each in others]
    pairs = [(xmp.DEFAULT, text), *others]
    return _array("Alt", [f"<rdf:li xml:lang={_quoted(language)}>{escape(each)}</rdf:li>" for language, each in pairs])


def _array(kind: str, items: list[str]) -> str:
    return f"<rdf:{kind}>{''.join(items)}</rdf:{kind}>" if items else ""


def _place(place: Location) -> str:
    parts: list[str] = []
    for attribute, name in PLACE_PARTS.items():
        text = getattr(place, attribute)
        if text:
            body = _alternative(text, None) if attribute == "name" else escape(text)
            parts.append(f"<Iptc4xmpExt:{name}>{body}</Iptc4xmpExt:{name}>")
    return '<rdf:li rdf:parseType="Resource">' + "".join(parts) + "</rdf:li>"


_NOTE = "http://ns.adobe.com/xmp/note/"


def with_extended(data: bytes, guid: str) -> bytes:
    """Return a main packet that names this extended packet; an empty `guid` takes the name out."""
    places = xmp_places.find(xmp.as_utf8(data))
    changes = list(_removals(places, [item for item in places.items if item.key == xmp.EXTENDED]))
    if guid:
        element = f'<xmpNote:HasExtendedXMP xmlns:xmpNote="{_NOTE}">{guid}</xmpNote:HasExtendedXMP>'
        changes = _placed(places, "\n   " + element, changes)
    return _applied(places.data, changes)


def spilled(data: bytes, extended: bytes | None, limit: int) -> tuple[bytes, bytes]:
    """Move the largest properties that are not ours into the extended packet until `data` fits.

    Raises:
        RefusedError: it does not fit even so.

    """
    places = xmp_places.find(xmp.as_utf8(data))
    movable = [item for item in places.items if not item.attribute and item.key not in xmp.WANTED]
    excess = len(places.data) + _ROOM_FOR_NOTE - limit
    moved: list[Item] = []
    for item in sorted(movable, key=lambda item: item.start - item.end):
        if excess <= 0:
            break
        moved.append(item)
        excess -= item.end - item.start
    if excess > 0:
        raise RefusedError("the XMP would be longer than a JPEG can hold", hint="shorten the description, or --sidecar")
    blocks = []
    for item in moved:
        owner = next(each for each in places.descriptions if each.start <= item.start < each.end)
        scope = "".join(f" xmlns:{prefix}={_quoted(uri)}" for prefix, uri in owner.namespaces.items() if prefix)
        element = places.data[item.start : item.end].decode()
        blocks.append(f"\n  <rdf:Description{scope} rdf:about={_quoted(owner.about)}>{element}</rdf:Description>")
    block = "".join(blocks).encode()
    return _applied(places.data, list(_removals(places, moved))), _extended_with(extended, block)


# What naming the extended packet adds to the main one.
_ROOM_FOR_NOTE = 256


def _extended_with(extended: bytes | None, block: bytes) -> bytes:
    if extended is None:
        head = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">\n <rdf:RDF xmlns:rdf="{xmp.RDF}">'.encode()
        return head + block + b"\n </rdf:RDF>\n</x:xmpmeta>"
    places = xmp_places.find(xmp.as_utf8(extended))
    return _applied(places.data, _inside(places.data, *places.rdf_tag, places.rdf_close, block, []))

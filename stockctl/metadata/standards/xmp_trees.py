"""Trees of keywords in XMP, from the general to the particular: a leaf goes with its keyword, the rest stays.

The hierarchy of the Metadata Working Group (Guidelines 2.0, 5.5), the labels of IDimager and Photo Supreme, and the
categories of ACDSee, an XML text of its own.
"""

from __future__ import annotations

import copy
import html
import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from stockctl.metadata.standards.mapping import NAMESPACES
from stockctl.metadata.standards.xmp import RDF, XML, array_of, plain

if TYPE_CHECKING:
    from collections.abc import Collection

_MWG = f"{{{NAMESPACES['mwg-kw']}}}"
_ICS = f"{{{NAMESPACES['ics']}}}"
_LABELS = f"{_ICS}TagStructure"
_TOP = frozenset((f"{_MWG}Hierarchy", _LABELS))
_CHILDREN = frozenset((f"{_MWG}Children", f"{_ICS}SubLabels"))
_KEYWORDS = (f"{_MWG}Keyword", f"{_ICS}LabelName")
_DESCRIPTION = f"{{{RDF}}}Description"
# No tree that a person made is deeper.
_DEEPEST = 32
_CATEGORY = re.compile(r"\s*<Category\b[^<>]*>([^<>]*)</Category>")


def tree_without(node: Element, removed: Collection[str]) -> str | None:
    """Return a hierarchy without the leaves of these keywords (small letters), as content of its element.

    Empty where nothing is left; None where nothing is to go.
    """
    # The labels' array stands in the property itself, and is looked for in what holds it.
    fresh, around = copy.deepcopy(node), Element("around")
    around.append(fresh)
    if not _pruned(around if node.tag == _LABELS else fresh, removed, 0):
        return None
    body = "".join(_written(child) for child in _inner(fresh))
    left = next((each for each in fresh.iter() if each.tag in _TOP), None)
    array = array_of(left) if left is not None else None
    if array is None or not len(array):
        return ""
    return body if node.tag == _LABELS else f"<rdf:Description>{body}</rdf:Description>"


def categories_without(text: str, removed: Collection[str]) -> str | None:
    """Return ACDSee's categories without the leaves of these keywords; None where none is to go."""
    fresh = _CATEGORY.sub(lambda found: "" if html.unescape(found[1]).strip().casefold() in removed else found[0], text)
    if fresh == text:
        return None
    return fresh if "<Category " in fresh or "<Category>" in fresh else ""


def _inner(node: Element) -> list[Element]:
    inner = node.find(_DESCRIPTION)
    return list(node if inner is None else inner)


def _pruned(node: Element, removed: Collection[str], depth: int) -> bool:
    """Take the leaves out of a node and of all below it; return whether any went."""
    went = False
    for child in _inner(node) if depth < _DEEPEST else ():
        array = array_of(child) if child.tag in _TOP | _CHILDREN else None
        for item in list(array) if array is not None else ():
            went |= _pruned(item, removed, depth + 1)
            if _is_leaf(item) and _keyword(item).casefold() in removed and array is not None:
                array.remove(item)
                went = True
        if went and child.tag in _CHILDREN and array is not None and not len(array):
            # An empty list is no valid one.
            inner = node.find(_DESCRIPTION)
            (node if inner is None else inner).remove(child)
    return went


def _is_leaf(item: Element) -> bool:
    array = next((array_of(child) for child in _inner(item) if child.tag in _CHILDREN), None)
    return array is None or not len(array)


def _keyword(item: Element) -> str:
    inner = item.find(_DESCRIPTION)
    holders = (item,) if inner is None else (inner, item)
    said = next((text for each in holders for name in _KEYWORDS if (text := each.get(name))), "")
    return said or next((plain(child) for child in _inner(item) if child.tag in _KEYWORDS), "")


def _written(node: Element) -> str:
    """Return an element as XML; a namespace but RDF's is declared where it is used."""
    declared: dict[str, str] = {}
    name = _name(node.tag, declared)
    attributes = "".join(f' {_name(key, declared)}="{html.escape(value)}"' for key, value in node.items())
    spaces = "".join(f' xmlns:{prefix}="{html.escape(uri)}"' for uri, prefix in declared.items())
    body = html.escape((node.text or "").strip(), quote=False) + "".join(map(_written, node))
    return f"<{name}{attributes}{spaces}>{body}</{name}>"


def _name(tag: str, declared: dict[str, str]) -> str:
    uri, closing, local = tag.removeprefix("{").partition("}")
    if not closing:
        return tag
    if uri in {RDF, XML}:
        return f"{'rdf' if uri == RDF else 'xml'}:{local}"
    known = next((prefix for prefix, each in NAMESPACES.items() if each == uri), f"ns{len(declared)}")
    return f"{declared.setdefault(uri, known)}:{local}"

"""Rules of what a model saw in the picture: from answers that are kept; nobody is asked here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockctl.check.rules.registry import PICTURES, Hit, rule
from stockctl.check.rules.texts.editorial import is_editorial
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.check.asset import Asset

_SEEN = PICTURES | {"vector", "video"}
_FEW = 5


@rule("SEE001", "visible-brand", "A model saw brands or logos in the picture", Severity.INFO, kinds=_SEEN)
def visible_brand(asset: Asset) -> Iterator[Hit]:
    """Whether a model that looked at the picture named brands or logos that can be seen.

    Agencies refuse visible marks in pictures for commercial use; so it warns,
    unless the file is for editorial use. Models err: look for yourself, retouch
    the mark, or declare the file editorial. It goes by answers that `keyword`
    keeps; where no model looked, it says nothing.
    """
    brands = _of(asset, "brands")
    if brands:
        hint = "retouch them, or: stockctl keyword PATH --editorial"
        yield _hit(asset, f"brands or logos: {_listed(brands)}", hint, len(brands), warns=not is_editorial(asset))


@rule("SEE002", "readable-text", "A model read text in the picture", Severity.INFO, kinds=_SEEN)
def readable_text(asset: Asset) -> Iterator[Hit]:
    """Whether a model that looked at the picture could read text in it.

    Signs, labels, number plates and screens may name somebody or be somebody's
    work; in a picture for commercial use that is looked at closely, so it warns
    there. It goes by answers that `keyword` keeps.
    """
    text = _of(asset, "text")
    if text:
        hint = "see that it names nobody and is nobody's work; retouch it, or: stockctl keyword PATH --editorial"
        yield _hit(asset, f"readable text: {_listed(text)}", hint, len(text), warns=not is_editorial(asset))


@rule("SEE003", "recognisable-person", "A model saw people who could be recognised", Severity.INFO, kinds=_SEEN)
def recognisable_person(asset: Asset) -> Iterator[Hit]:
    """Whether a model that looked at the picture counted people who could be recognised.

    Each of them has to sign a release where the picture is for commercial use:
    it warns where no model release is linked and the file is not editorial.
    Mend it with `stockctl release add` and `stockctl release link`. It goes by
    answers that `keyword` keeps.
    """
    people = (asset.facts.get("seen") or {}).get("people") or 0
    if people:
        free = is_editorial(asset) or _released(asset, "model")
        what = f"{people} {'person' if people == 1 else 'people'} who could be recognised"
        yield _hit(asset, what, "stockctl release add, then release link", people, warns=not free)


@rule("SEE004", "recognisable-property", "A model saw private property or somebody's work", Severity.INFO, kinds=_SEEN)
def recognisable_property(asset: Asset) -> Iterator[Hit]:
    """Whether a model that looked at the picture named private property, a work of art or a design.

    It warns where no property release is linked and the file is not for
    editorial use. Mend it with `stockctl release add FILE --property NAME`. It
    goes by answers that `keyword` keeps.
    """
    things = _of(asset, "property")
    if things:
        free = is_editorial(asset) or _released(asset, "property")
        hint = "stockctl release add FILE --property NAME, then release link"
        yield _hit(asset, f"property or artwork: {_listed(things)}", hint, len(things), warns=not free)


def _of(asset: Asset, what: str) -> list[str]:
    return list((asset.facts.get("seen") or {}).get(what) or ())


def _hit(asset: Asset, what: str, hint: str, count: int, *, warns: bool) -> Hit:
    seen: dict[str, Any] = asset.facts["seen"]
    severity = Severity.WARNING if warns else Severity.INFO
    return Hit(f"{seen['model']} saw {what}", hint, float(count), severity=severity)


def _released(asset: Asset, kind: str) -> bool:
    record = asset.record
    named = record.model_release_ids if kind == "model" else record.property_release_ids
    # PLUS: unlimited release, or not applicable.
    code = (record.model_release, record.property_release)[kind == "property"]
    return bool(
        named
        or code in {"MR-UMR", "MR-NAP", "PR-UPR", "PR-NAP"}
        or any(release["kind"] == kind for release in asset.facts.get("releases", ()))
    )


def _listed(items: list[str]) -> str:
    more = f" and {len(items) - _FEW} more" if len(items) > _FEW else ""
    return ", ".join(f"'{item}'" for item in items[:_FEW]) + more

"""Rules of releases: are there people without one, does it still hold, in a form that is taken."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from stockctl.check.rules.registry import PICTURES, Hit, rule
from stockctl.check.rules.texts.editorial import is_editorial
from stockctl.check.rules.weigh import MB, MIB, said, weight
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset

_SEEN = PICTURES | {"video"}

# Keywords that name people who may be recognised.
_PEOPLE = frozenset(
    {
        *("person", "people", "man", "men", "woman", "women", "girl", "girls", "boy", "boys", "portrait", "face"),
        *("child", "children", "kid", "kids", "baby", "babies", "toddler", "teenager", "teenagers", "senior"),
        *("family", "couple", "bride", "groom", "model", "mother", "father", "grandmother", "grandfather"),
    }
)
# Keywords that say there is nobody after all, or nobody to recognise.
_NOBODY = re.compile(r"\b(?:no ?(?:people|one|body|person)|unrecogni[sz]able|silhouettes?|statues?|mannequins?)\b")


@rule("REL001", "missing-release", "People or property without a release", Severity.WARNING, kinds=_SEEN)
def missing_release(asset: Asset) -> Iterator[Hit]:
    """Whether people seem to be in the picture, or somebody's property, and no release is linked to it.

    It goes by the words (person, woman, portrait …), by the people who are
    named in the file, and by its PLUS release codes. Files for editorial use
    need none. Mend it with `stockctl release add` and `stockctl release link`,
    or declare the file editorial. Who cannot be recognised needs no release:
    then `stockctl check PATH --waive missing-release`.
    """
    if is_editorial(asset):
        return
    record = asset.record
    kinds = {release["kind"] for release in asset.facts.get("releases", ())}
    if "model" not in kinds and not record.model_release_ids and record.model_release not in {"MR-UMR", "MR-NAP"}:
        why = _people(asset)
        if why:
            yield Hit(f"{why}, and no model release is linked", "stockctl release add, then release link")
    if "property" not in kinds and not record.property_release_ids and record.property_release == "PR-LPR":
        message = "its property release is said to be limited or incomplete"
        yield Hit(message, "stockctl release add FILE --property NAME, then release link")


def _people(asset: Asset) -> str:
    record = asset.record
    if record.people:
        return f"it names {', '.join(record.people[:3])}"
    if record.model_release == "MR-LMR":
        return "its model release is said to be limited or incomplete"
    words = [word.casefold() for word in record.keywords]
    found = [word for word in words if word in _PEOPLE]
    if found and not any(_NOBODY.search(word) for word in words):
        return f"it has the keyword {found[0]!r}"
    return ""


@rule("REL002", "face-without-release", "A face, and no model release", Severity.WARNING, kinds=_SEEN)
def face_without_release(asset: Asset) -> Iterator[Hit]:
    """Whether faces were found in the picture and no model release is linked to it.

    Faces are looked for only where you ask for it: `[check] faces = true`, and
    `pip install 'stockctl[faces]'`. Measured: of 100 faces that look at the
    camera it finds 94; of 25 photos without people it finds a face in one.
    Faces in profile, far away or turned are missed. Files for editorial use
    need no release. Mend it with `stockctl release add` and `stockctl release link`.
    """
    faces = asset.facts.get("faces")
    if not faces or is_editorial(asset) or asset.record.model_release_ids:
        return
    if not any(release["kind"] == "model" for release in asset.facts.get("releases", ())):
        count = f"{len(faces)} face{'s' if len(faces) > 1 else ''}"
        x, y, width, height = max(faces, key=lambda face: int(face[2]))[:4]
        hint = "stockctl release link RELEASE PATH; no face: --waive face-without-release"
        yield Hit(f"{count}, and no model release is linked", hint, len(faces), box=(x, y, width, height))


@rule("REL003", "release-invalid", "A linked release does not hold", Severity.ERROR, kinds=_SEEN)
def release_invalid(asset: Asset) -> Iterator[Hit]:
    """Whether a release that is linked to the picture has expired, or is a minor's without a guardian.

    An agency refuses it, and the picture with it. Mend it with a new paper:
    `stockctl release add FILE --person NAME --minor --guardian NAME`.
    """
    for release in asset.facts.get("releases", ()):
        name = release["name"]
        if release["expired"]:
            yield Hit(f"the release of {name} expired on {release['expires']}", "have a new one signed")
        if release["minor"] and not release["guardian"]:
            hint = "stockctl release add FILE --person NAME --minor --guardian NAME"
            yield Hit(f"{name} is a minor, and no guardian is named on the release", hint)


@rule(
    "REL004",
    "release-form",
    "The agency takes releases in another form",
    Severity.ERROR,
    kinds=_SEEN,
    per_agency=True,
    needs=("releases.formats", "releases.max_mb", "releases.characters"),
)
def release_form(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether the paper of a linked release is a file that the agency takes.

    JPEG everywhere, PDF at some; up to a size; at some with letters and digits
    only in its name, which warns, for the paper is uploaded by hand. Mend it by
    scanning or exporting it again.
    """
    linked = asset.facts.get("releases")
    if not linked:
        return
    formats, size = agency.limit("releases.formats"), agency.limit("releases.max_mb")
    characters = agency.limit("releases.characters")
    for release in linked:
        if formats is not None and release["format"] not in formats.value:
            message = f"the release of {release['name']} is {release['format']}, {' or '.join(formats.value)} is taken"
            yield Hit(message, f"export it as {formats.value[0]}", severity=weight(formats))
        if size is not None and release["bytes"] > size.value * MIB:
            message = (
                f"the release of {release['name']} has {said(release['bytes'] / MB)} MB, at most {size.value:g} MB"
            )
            yield Hit(message, "export it smaller", release["bytes"] / MB, size.value, severity=weight(size))
        name = PurePath(release["file"])
        if characters is not None and not re.fullmatch(f"[{characters.value}]+", name.stem):
            message = f"the paper is called {name.name}, its name may hold letters and digits only"
            yield Hit(message, "rename a copy of it for the upload", severity=Severity.WARNING)

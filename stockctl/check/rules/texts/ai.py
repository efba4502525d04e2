"""Rules of generated pictures: which agency refuses them, and how the others want it said."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from stockctl.check.rules.registry import Hit, rule
from stockctl.metadata.origin.signs import GENERATORS, name_of_a_generator
from stockctl.metadata.record import GENERATED
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset


def generated(asset: Asset) -> str:
    """Return by what the file says that a model made it, or an empty text."""
    record = asset.record
    signed = asset.facts.get("credentials") or {}
    kinds, makers = signed.get("source_types", ()), ", ".join(signed.get("makers", ()))
    if said := GENERATED.intersection(kinds):
        return f"its Content Credentials say {', '.join(sorted(said))}" + (f", by {makers}" if makers else "")
    if record.digital_source_type and record.generated:
        return f"DigitalSourceType {record.digital_source_type}"
    if record.generated:
        return f"made with {record.ai_system}" if record.ai_system else "it holds a prompt"
    if found := _generator(asset.capture.software):
        return f"made with {found}"
    if found := _generator(makers):
        return f"its Content Credentials name {found}"
    return str(asset.facts.get("sign_of_a_model") or "")


# Kept: each file is asked about for every agency, and few programs make a batch.
@lru_cache(maxsize=256)
def _generator(text: str) -> str:
    found = GENERATORS.search(text)
    return found[0] if found else ""


@rule("AID001", "ai-disclosure", "Made by a model: refused here, or to be declared", Severity.ERROR, per_agency=True)
def ai_disclosure(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether a generated picture may go to the agency, and how it must be declared there.

    It goes by what the file itself says: IPTC's DigitalSourceType, the AI
    fields beside it, the program's name, a prompt or a generator's settings, and
    the Content Credentials (C2PA) of the file and of what it was made from. An agency that refuses generated
    pictures closes accounts over them, so its refusal blocks, whoever reports
    it. Elsewhere the finding says how to declare it; a file that says nothing
    of its origin passes here, and remains your word.
    """
    why = generated(asset)
    if not why:
        return
    policy = agency.text("ai.policy")
    if policy == "refused":
        yield Hit(f"generated pictures are refused ({why})", "do not send it there")
    elif policy:
        how = agency.text("ai.declare") or "a way of their own: see the agency's page"
        yield Hit(f"to be declared as generated ({why})", f"declare it: {how}", severity=Severity.WARNING)
    else:
        message = f"whether generated pictures are taken is not known ({why})"
        yield Hit(message, "ask the agency first", severity=Severity.WARNING)


@rule("AID002", "content-credentials", "The file carries Content Credentials", Severity.INFO)
def content_credentials(asset: Asset) -> Iterator[Hit]:
    """What the Content Credentials (a C2PA manifest) in the file tell, which agencies read.

    Cameras and editors write them: who made the picture with what, what was
    done to it, whether a model took part. It is shown so that it does not
    surprise you: declare what they say. Ones that are broken, not signed, or
    signed for another state of the file are a warning: readers tell buyers that
    the file was tampered with. Mend that by exporting it again from the
    original. Whose signature it is, and who trusts it, is not looked at.
    """
    if not asset.facts.get("c2pa"):
        return
    signed = asset.facts.get("credentials")
    if signed is None:
        yield Hit("it carries Content Credentials, which are not read in this place", _DECLARE)
    elif signed["fault"]:
        message = f"its Content Credentials are broken: {signed['fault']}"
        yield Hit(message, "export it again from the original", severity=Severity.WARNING)
    elif not generated(asset):
        told = [" > ".join(name.removeprefix("c2pa.") for name in signed["actions"][::-1]), *signed["source_types"]]
        by = f" by {', '.join(signed['makers'])}" if signed["makers"] else ""
        what = ", ".join(part for part in told if part) or "no action told"
        open_ = signed.get("unchecked")
        unsure = f"; whether the picture is still the one that was signed is not checked ({open_})" if open_ else ""
        yield Hit(f"it carries Content Credentials: {what}{by}{unsure}", _DECLARE)


@rule("AID003", "generators-name", "The file's name is one that a generator gives", Severity.INFO)
def generators_name(asset: Asset) -> Iterator[Hit]:
    """Whether a file is named as image generators name theirs, and says nothing else of a model.

    A name proves nothing; it is a reminder to declare a generated picture before
    it is sent. Rename the file where it is no such picture.
    """
    maker = name_of_a_generator(asset.path)
    if maker and not generated(asset):
        yield Hit(f"{maker} names its files like this", "declare it as generated, or rename it")


_DECLARE = "see that what they say fits what you declare"

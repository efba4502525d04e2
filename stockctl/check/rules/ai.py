"""Rules of generated pictures: which agency refuses them, and how the others want it said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stockctl.check.rules.registry import Hit, rule
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset

# Programs that write their name into what they generate.
_GENERATORS = re.compile(
    r"midjourney|stable[ -]?diffusion|dall[ -]?[e·]|comfyui|automatic1111|invokeai|firefly|ideogram|leonardo\.ai",
    re.IGNORECASE,
)


def generated(asset: Asset) -> str:
    """Return by what the file says that a model made it, or an empty text."""
    record = asset.record
    if record.digital_source_type and record.generated:
        return f"DigitalSourceType {record.digital_source_type}"
    if record.generated:
        return f"made with {record.ai_system}" if record.ai_system else "it holds a prompt"
    found = _GENERATORS.search(asset.capture.software)
    return f"made with {found[0]}" if found else ""


@rule("AID001", "ai-disclosure", "Made by a model: refused here, or to be declared", Severity.ERROR, per_agency=True)
def ai_disclosure(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether a generated picture may go to the agency, and how it must be declared there.

    It goes by what the file itself says: IPTC's DigitalSourceType, the AI
    fields beside it, the program's name. An agency that refuses generated
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
    """Whether a C2PA manifest is in the file, which agencies read.

    Cameras and editors write one; it may say that a model took part. It is
    shown so that it does not surprise you: declare what it says.
    """
    if asset.facts.get("c2pa") and not generated(asset):
        yield Hit("it carries Content Credentials (C2PA)", "see that what they say fits what you declare")

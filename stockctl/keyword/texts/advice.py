"""What would help where a file has fewer keywords than are wanted: said once for all files that lack the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl import agencies as agency_data
from stockctl.keyword.candidate import Ground
from stockctl.keyword.report import Advice, Asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from stockctl.config import Settings
    from stockctl.keyword.report import Keyworded
    from stockctl.keyword.wishes import Wishes


def asked(settings: Settings, wishes: Wishes) -> Asked:
    """Return what the agencies named ask of a run's files, else those of the settings, else all open ones.

    Raises:
        UsageError: an agency is unknown.

    """
    known = agency_data.load(settings.folder)
    names = (
        wishes.agencies
        or settings.get("check", "agencies", [])
        or [name for name, one in known.items() if not one.closed]
    )
    asking = [
        (int(limit.value), agency.title)
        for agency in (agency_data.resolve(name, known) for name in names)
        if (limit := agency.limit("meta.keywords_min")) is not None
    ]
    least, agency = max(asking, key=lambda one: one[0], default=(0, ""))
    return Asked(wishes.want, least, agency)


def advise(assets: Iterable[Keyworded], wanted: Asked, wishes: Wishes) -> tuple[Advice, ...]:
    """Return what to say of the files that have fewer keywords than wanted; nothing where the person gave all words."""
    if not wishes.suggests:
        return ()
    groups: dict[tuple[str, tuple[str, ...]], list[tuple[Path, int]]] = {}
    for asset in assets:
        count = len(asset.keywords)
        if count < wanted.want:
            groups.setdefault((_level(count, wanted), _hints(asset, wishes)), []).append((asset.path, count))
    return tuple(
        Advice(tuple(path for path, _ in files), _message([count for _, count in files], level, wanted), hints)
        for (level, hints), files in groups.items()
    )


def _level(count: int, wanted: Asked) -> str:
    if not count:
        return "none"
    return "few" if count < wanted.least else "some"


def _message(counts: Sequence[int], level: str, wanted: Asked) -> str:
    least, most = min(counts), max(counts)
    span = str(least) if least == most else f"{least} to {most}"
    one = len(counts) == 1
    who = f"{len(counts)} {'file has' if one else 'files have'}"
    aim = f"{wanted.want} wanted"
    if wanted.least:
        aim = f"{wanted.agency} asks for {wanted.least}, {aim}"
    if level == "none":
        return f"{who} no keywords ({aim})"
    return f"{who} {span} {'keyword' if span == '1' else 'keywords'}{' each' if not one else ''} ({aim})"


def _hints(asset: Keyworded, wishes: Wishes) -> tuple[str, ...]:
    """Return what would bring more words, the surest first."""
    hints = []
    grounds = {word.ground for word in asset.keywords}
    if Ground.SAID not in grounds:
        hints.append('say what it shows, who, doing what, where and when: --context "…" or --title "…"')
    else:
        hints.append("say more of it: who, doing what, where, when, for what use: --description")
    if Ground.SEEN not in grounds and not wishes.vision:
        hints.append("let a model look at it: stockctl vision")
    if asset.offered:
        ways = "--interactive, --sheet FILE.csv, or --all"
        if wishes.all_offered or not any(word.by_all for word in asset.offered):
            ways = "--interactive or --sheet FILE.csv"
        hints.append(f"choose from what is on offer: {ways}")
    return tuple(hints)

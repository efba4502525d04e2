"""Each point of a brief against a file, its caption and the day of posting: met, or what mends it."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from stockctl.campaign import caption as words
from stockctl.campaign.content import content
from stockctl.campaign.point import Point
from stockctl.campaign.profiles import chosen_networks, network_named, networks, platform_named
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.campaign.brief import Brief
    from stockctl.campaign.profiles import Network
    from stockctl.check.asset import Asset

# A caption is taken for another language where fewer of its words than this are known in the one asked for.
LANGUAGE_SHARE = 0.5
# Fewer words than this tell no language.
LANGUAGE_WORDS = 4


def judge(
    brief: Brief,
    asset: Asset,
    caption: str | None,
    post_on: date | datetime | None,
    now: datetime,
    code: str | None = None,
) -> list[Point]:
    """Return every point of the brief; those about the file first, then the caption's, then the time's.

    `code` is what the platform gave to stand in the caption of this sending.
    """
    return [
        *content(brief, asset),
        *_caption(brief, caption),
        *_code(brief, caption, code),
        *_time(brief, post_on, now),
        *_told(brief),
    ]


def _told(brief: Brief) -> Iterator[Point]:
    """Yield what the brief and the platform say and no program can judge."""
    if usage := brief.get("rights.usage"):
        yield Point.met("usage-rights", usage)
    platform = platform_named(brief.platform)
    if platform is None:
        return
    for thing in platform.value("asks") or ():
        yield Point("platform-asks", Severity.INFO, f"{platform.title} asks: {thing}?", "nobody but you knows")
    if rights := platform.value("rights"):
        said = f"by the terms of {platform.title}, {rights}"
        yield Point("platform-rights", Severity.WARNING, said, "read them before you sell the same clip as stock")


_CAPTION_KEYS = ("caption.", "hashtags.", "mentions.", "disclosure.")


def _caption(brief: Brief, caption: str | None) -> Iterator[Point]:
    if caption is None or not caption.strip():
        if any(key.startswith(_CAPTION_KEYS) for key in brief.values):
            yield Point.missed(
                "caption", "the brief has rules for the caption, and there is none", "--caption TEXT or --caption @FILE"
            )
        return
    yield from _contents(brief, caption)
    yield from _tags(brief, caption)
    yield from _people(brief, caption)
    yield from _lengths(brief, caption)
    yield from _language(brief, caption)


def _contents(brief: Brief, caption: str) -> Iterator[Point]:
    for phrase in brief.words("caption.must_contain"):
        if words.holds(caption, phrase):
            yield Point.met("caption-must-contain", f"“{phrase}” stands in it")
        else:
            yield Point.missed("caption-must-contain", f"“{phrase}” is missing", f"write “{phrase}” into the caption")
    for phrase in brief.words("caption.must_not_contain"):
        if words.holds(caption, phrase):
            yield Point.missed("caption-must-not-contain", f"“{phrase}” must not stand in it", "take it out")
        else:
            yield Point.met("caption-must-not-contain", f"“{phrase}” does not stand in it")
    if choices := brief.words("disclosure.any_of"):
        tags = {words.same(tag) for tag in words.hashtags(caption)}
        found = [one for one in choices if _is_tag(one, tags) or (one[:1] not in "#＃" and words.holds(caption, one))]
        if found:
            yield Point.met("disclosure", f"“{found[0]}” tells that it is paid")
        else:
            yield Point.missed("disclosure", "nothing tells that it is paid", "write one of: " + ", ".join(choices))


def _is_tag(text: str, tags: set[str]) -> bool:
    return text[:1] in "#＃" and words.same(text[1:]) in tags


def _tags(brief: Brief, caption: str) -> Iterator[Point]:
    found = words.hashtags(caption)
    tags = {words.same(tag) for tag in found}
    for wanted in brief.words("hashtags.required"):
        name = wanted.lstrip("#＃")
        if words.same(name) in tags:
            yield Point.met("hashtags-required", f"#{name} stands in it")
        else:
            yield Point.missed("hashtags-required", f"#{name} is missing", f"add #{name}")
    for refused in brief.words("hashtags.forbidden"):
        name = refused.lstrip("#＃")
        if words.same(name) in tags:
            yield Point.missed("hashtags-forbidden", f"#{name} must not stand in it", f"take #{name} out")
        else:
            yield Point.met("hashtags-forbidden", f"#{name} does not stand in it")
    most = brief.get("hashtags.most")
    if most is not None:
        if len(found) > most:
            yield Point.missed(
                "hashtag-count", f"{len(found)} hashtags; at most {most} are wanted", f"take out {len(found) - most}"
            )
        else:
            yield Point.met("hashtag-count", f"{len(found)} hashtags of at most {most}")


def _code(brief: Brief, caption: str | None, code: str | None) -> Iterator[Point]:
    """Yield whether the platform's code stands in the caption, letter by letter."""
    platform = platform_named(brief.platform)
    wanted = brief.get("caption.code")
    if wanted is None:
        wanted = platform is not None and bool(platform.value("caption_code"))
    if code is None:
        if wanted:
            title = platform.title if platform else brief.platform
            said = f"{title} wants its verification code in the caption, a new one for each sending"
            yield Point("verification-code", Severity.WARNING, said, "say which: --code CODE")
        return
    text = unicodedata.normalize("NFKC", caption or "")
    # A code within a longer word, or in other letters, is not found by the platform either.
    if re.search(rf"(?<!\w){re.escape(unicodedata.normalize('NFKC', code))}(?!\w)", text):
        yield Point.met("verification-code", f"the code {code} stands in it")
    else:
        near = code.casefold() in text.casefold()
        said = f"the code {code} stands in it in other letters" if near else f"the code {code} is missing"
        yield Point.missed("verification-code", said, f"write {code} into the caption, by itself and letter by letter")


def _people(brief: Brief, caption: str) -> Iterator[Point]:
    found = {words.same(name) for name in words.mentions(caption)}
    for wanted in brief.words("mentions.required"):
        name = wanted.lstrip("@＠")
        if words.same(name) in found:
            yield Point.met("mentions", f"@{name} is mentioned")
        else:
            yield Point.missed("mentions", f"@{name} is not mentioned", f"add @{name}")


def _lengths(brief: Brief, caption: str) -> Iterator[Point]:
    chosen = chosen_networks(brief.networks)
    lengths = {network.title: network.count(caption) for network in chosen} or {"": len(caption)}
    low, high = brief.get("caption.min_length"), brief.get("caption.max_length")
    short, long = min(lengths.values()), max(lengths.values())
    if low is not None and short < low:
        yield Point.missed(
            "caption-length", f"{short} characters; at least {low} are wanted", f"write {low - short} more"
        )
    elif high is not None and long > high:
        yield Point.missed("caption-length", f"{long} characters; at most {high} are wanted", f"take out {long - high}")
    elif low is not None or high is not None:
        yield Point.met("caption-length", f"{long} characters")
    for network in chosen:
        yield from _limits(network, caption, lengths[network.title])
        yield from _plainly_paid(network, caption)
    for name in brief.networks:
        if network_named(name) is None:
            hint = "known: " + ", ".join(networks())
            yield Point("network-unknown", Severity.WARNING, f"the limits of {name} are not known", hint)


def _limits(network: Network, caption: str, length: int) -> Iterator[Point]:
    """Yield a network's own limits: those that are official block, others warn."""
    counts = (
        ("caption_max", length, "characters as it counts them"),
        ("hashtags_max", len(words.hashtags(caption)), "hashtags"),
        ("mentions_max", len(words.mentions(caption)), "mentions"),
    )
    for key, count, what in counts:
        limit = network.limit(key)
        if limit is None:
            continue
        if count <= limit.value:
            yield Point.met("network-limit", f"{network.title}: {count} {what}, at most {limit.value}")
        else:
            severity = Severity.ERROR if limit.official else Severity.WARNING
            said = f"{network.title} takes at most {limit.value} {what}; these are {count}"
            yield Point("network-limit", severity, said, f"take out {count - limit.value}")


def _plainly_paid(network: Network, caption: str) -> Iterator[Point]:
    """Yield whether a network's plain words that a post is paid stand where everybody sees them."""
    choices, within = network.limit("disclosure"), network.limit("disclosure_within")
    if choices is None or within is None:
        return
    head = caption[: within.value]
    found = [word for word in choices.value if words.holds(head, word)]
    if found:
        yield Point.met(
            "disclosure-seen", f"{network.title}: “{found[0]}” stands in the first {within.value} characters"
        )
        return
    said = f"{network.title}: no plain word in the first {within.value} characters tells that it is paid"
    hint = "begin with one of: " + ", ".join(choices.value[:6]) + " (and set the network's own switch)"
    yield Point("disclosure-seen", Severity.WARNING, said, hint)


def _language(brief: Brief, caption: str) -> Iterator[Point]:
    wanted = brief.get("caption.language")
    if not wanted:
        return
    from simplemma import in_target_language

    text = " ".join(word for word in caption.split() if word[:1] not in "#＃@＠" and "://" not in word)
    if len(text.split()) < LANGUAGE_WORDS:
        yield Point("caption-language", Severity.WARNING, "too few words to tell the language", f"is it {wanted}?")
        return
    try:
        share = in_target_language(text, lang=wanted.split("-")[0].lower())
    except (ValueError, KeyError):
        yield Point(
            "caption-language", Severity.WARNING, f"the language {wanted} is not known here", "read it yourself"
        )
        return
    if share >= LANGUAGE_SHARE:
        yield Point.met("caption-language", f"its words are {wanted}")
    else:
        said = f"only {share:.0%} of its words are {wanted}"
        yield Point("caption-language", Severity.WARNING, said, f"write the caption in {wanted}")


def _time(brief: Brief, post_on: date | datetime | None, now: datetime) -> Iterator[Point]:
    window = f"{brief.opens:%Y-%m-%d %H:%M} to {brief.closes:%Y-%m-%d %H:%M} {brief.zone.key}"
    begins, ends = _span(brief, post_on) if post_on is not None else (now, now)
    day = f"{begins.astimezone(brief.zone):%Y-%m-%d}"
    if begins > brief.closes:
        late = f"{day} is after the window ({window})" if post_on is not None else f"the window is over ({window})"
        yield Point.missed("posting-window", late, f"post it by {brief.closes:%Y-%m-%d %H:%M}")
    elif ends < brief.opens and post_on is not None:
        yield Point.missed(
            "posting-window", f"{day} is before the window ({window})", f"post it from {brief.opens:%Y-%m-%d %H:%M} on"
        )
    elif begins < brief.opens <= ends:
        yield Point.met("posting-window", f"post it from {brief.opens:%H:%M} on that day ({window})")
    elif begins <= brief.closes < ends:
        yield Point.met("posting-window", f"post it by {brief.closes:%H:%M} on that day ({window})")
    elif post_on is None and now < brief.opens:
        yield Point.met("posting-window", f"to be posted {window}")
    else:
        yield Point.met("posting-window", f"within {window}")
    if brief.draft_due is None:
        return
    if now > brief.draft_due:
        said = f"the draft was due on {brief.draft_due:%Y-%m-%d %H:%M}"
        yield Point(
            "draft-deadline", Severity.WARNING, said, "if the brand has not seen it, ask whether it still takes one"
        )
    else:
        yield Point.met("draft-deadline", f"the draft is due on {brief.draft_due:%Y-%m-%d %H:%M}")


def _span(brief: Brief, post_on: date | datetime) -> tuple[datetime, datetime]:
    """Return the first and last moment of posting: a day is all of it, in the brief's zone."""
    if isinstance(post_on, datetime):
        moment = post_on if post_on.tzinfo else post_on.replace(tzinfo=brief.zone)
        return moment, moment
    begins = datetime.combine(post_on, time(), brief.zone)
    return begins, (begins + timedelta(days=1, microseconds=-1)).astimezone(UTC)

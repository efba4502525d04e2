"""Each point of a brief against a file, its caption and the day of posting: met, or what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from stockctl.campaign import caption as words
from stockctl.campaign.profiles import networks
from stockctl.media.identify import Kind
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


@dataclass(frozen=True)
class Point:
    """One point of a brief: `info` where it is met, else what is wrong and what mends it."""

    rule: str
    severity: Severity
    message: str
    hint: str = ""

    @classmethod
    def met(cls, rule: str, message: str) -> Point:
        """Return a point that holds."""
        return cls(rule, Severity.INFO, message)

    @classmethod
    def missed(cls, rule: str, message: str, hint: str) -> Point:
        """Return a point that does not hold, and blocks."""
        return cls(rule, Severity.ERROR, message, hint)


def judge(
    brief: Brief, asset: Asset, caption: str | None, post_on: date | datetime | None, now: datetime
) -> list[Point]:
    """Return every point of the brief; those about the file first, then the caption's, then the time's."""
    return [*_content(brief, asset), *_caption(brief, caption), *_time(brief, post_on, now), *_told(brief)]


def _content(brief: Brief, asset: Asset) -> Iterator[Point]:
    if kinds := brief.kinds:
        if asset.kind in kinds:
            yield Point.met("content-kind", f"a {asset.kind}")
        else:
            wanted = " or ".join(kinds)
            yield Point.missed(
                "content-kind", f"this is a {asset.kind}; the brief wants {wanted}", f"make a {kinds[0]}"
            )
    yield from _duration(brief, asset)
    yield from _shape(brief, asset)
    for thing in brief.words("content.must_show"):
        yield Point("must-show", Severity.WARNING, f"it must show: {thing}", "nobody but you can see whether it does")


def _duration(brief: Brief, asset: Asset) -> Iterator[Point]:
    limits = brief.get("content.duration_s")
    if limits is None or asset.kind not in {Kind.VIDEO, Kind.AUDIO}:
        return
    low, high = limits
    length = asset.facts.get("duration_s")
    if not length:
        yield Point.missed("video-duration", "the file does not say how long it runs", "export it again")
    elif length < low:
        yield Point.missed(
            "video-duration", f"{length:g} s; at least {low:g} s are wanted", f"make it {low - length:.1f} s longer"
        )
    elif length > high:
        yield Point.missed(
            "video-duration", f"{length:g} s; at most {high:g} s are wanted", f"cut {length - high:.1f} s"
        )
    else:
        yield Point.met("video-duration", f"{length:g} s, within {low:g}–{high:g} s")


def _shape(brief: Brief, asset: Asset) -> Iterator[Point]:
    width, height = asset.width, asset.height
    least = brief.get("content.min_width") or 0, brief.get("content.min_height") or 0
    wanted = brief.get("content.orientation")
    if not width or not height:
        if wanted or any(least):
            yield Point.missed("resolution", "the file's size in pixels cannot be told", "export it again")
        return
    shape = "square" if width == height else "landscape" if width > height else "portrait"
    if wanted and shape == wanted:
        yield Point.met("orientation", f"{shape}, {width} × {height}")
    elif wanted:
        yield Point.missed(
            "orientation", f"{shape} ({width} × {height}); the brief wants {wanted}", f"crop or film it {wanted}"
        )
    if any(least):
        if width >= least[0] and height >= least[1]:
            yield Point.met("resolution", f"{width} × {height} pixels")
        else:
            said = f"{width} × {height} pixels; at least {least[0]} × {least[1]} are wanted"
            yield Point.missed("resolution", said, "export it larger from the original; enlarging does not help")


def _told(brief: Brief) -> Iterator[Point]:
    """Yield what the brief says and no program can judge."""
    if type_ := brief.get("content.type"):
        yield Point.met("content-type", f"the brand calls it {type_}; not checked")
    if usage := brief.get("rights.usage"):
        yield Point.met("usage-rights", usage)


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


def _people(brief: Brief, caption: str) -> Iterator[Point]:
    found = {words.same(name) for name in words.mentions(caption)}
    for wanted in brief.words("mentions.required"):
        name = wanted.lstrip("@＠")
        if words.same(name) in found:
            yield Point.met("mentions", f"@{name} is mentioned")
        else:
            yield Point.missed("mentions", f"@{name} is not mentioned", f"add @{name}")


def _lengths(brief: Brief, caption: str) -> Iterator[Point]:
    known = networks()
    chosen = [known[name] for name in brief.networks if name in known]
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
    for name in brief.networks:
        if name not in known:
            hint = "known: " + ", ".join(known)
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

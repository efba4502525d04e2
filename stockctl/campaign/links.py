"""Whether two addresses lead to the same post."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

# What stands in a path of each network before the name that tells a post from all others.
_POSTS = (
    re.compile(r"^(?:www\.|m\.)?(tiktok)\.com/(?:@[^/]*/(?:video|photo)|v)/(\d+)"),
    re.compile(r"^(?:www\.)?(instagram)\.com/(?:[^/]+/)?(?:p|reels?|tv)/([\w-]+)"),
    re.compile(r"^(?:www\.|m\.)?(youtube)\.com/(?:shorts|live|embed)/([\w-]+)"),
    re.compile(r"^(youtu)\.be/([\w-]+)"),
    re.compile(r"^(?:www\.|mobile\.)?(?:twitter|x)\.com/[^/]+/(status)/(\d+)"),
)


def same_post(url: str) -> str:
    """Return an address in the form in which two that lead to the same post are equal.

    The network and the post's own name where the address shows them (TikTok,
    Instagram, YouTube, X); else the address without scheme, `www.`, query and
    closing slash.
    """
    try:
        parts = urlsplit(url.strip() if "://" in url else f"https://{url.strip()}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return url.strip()
    place = host + parts.path
    if host.removeprefix("www.").removeprefix("m.") == "youtube.com" and parts.path == "/watch":
        video = parse_qs(parts.query).get("v", [""])[0]
        return f"youtube:{video}"
    for pattern in _POSTS:
        if found := pattern.match(place):
            network = {"youtu": "youtube", "status": "x"}.get(found[1], found[1])
            return f"{network}:{found[2]}"
    return place.removeprefix("www.").rstrip("/")

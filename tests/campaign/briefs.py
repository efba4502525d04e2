"""Briefs and posts that the tests write: a sound one, and changes to it."""

from __future__ import annotations

from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "sample_assets" / "briefs"

HEADER = "url,posted_at,read_at,views,likes,comments,shares,status,paid"

BRIEF = """\
title = "Rice field morning"
platform = "wefluence"
brand = "Senja"
zone = "Asia/Jakarta"
networks = ["tiktok", "instagram"]

[content]
kinds = ["photo"]
orientation = "landscape"
min_width = 1200

[caption]
must_contain = ["sunrise"]
must_not_contain = ["cheap"]
min_length = 10
max_length = 120

[hashtags]
required = ["#RiceField"]
forbidden = ["#giveaway"]
most = 4

[mentions]
required = ["@senja.coffee"]

[disclosure]
any_of = ["#ad", "paid partnership"]

[window]
opens = 2098-05-01T08:00:00
closes = 2098-05-31T20:00:00

[pay]
model = "performance"
currency = "USD"
rate = "0.85"
per_views = 1000
"""
CAPTION = "A sunrise over the field with @senja.coffee #RiceField #ad"


def put_brief(folder: Path, text: str = BRIEF, name: str = "brief.toml") -> Path:
    """Write a brief."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def paying(pay: str, text: str = BRIEF) -> str:
    """Return the brief with another way of paying."""
    return text[: text.index("[pay]")] + "[pay]\n" + pay


def put_posts(folder: Path, *rows: str, header: str = HEADER, name: str = "posts.csv") -> Path:
    """Write posts; a row `url,day,read,views[,status[,paid]]` is filled up."""
    lines = [header]
    for row in rows:
        url, day, read, views, *rest = row.split(",")
        status, paid = (*rest, "", "")[:2]
        lines.append(f"https://t.example/{url},{_time(day)},{_time(read)},{views},10,2,1,{status or 'approved'},{paid}")
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _time(day: str) -> str:
    return f"2098-05-{int(day):02d}T12:00:00+07:00" if day.isdigit() else day

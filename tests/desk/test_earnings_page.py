"""The desk's page of earnings: the parts of the report, with the desk's own small pictures and pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.earnings.samples import sale, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.desk.conftest import Client, Served


def test_what_sold_shows_its_picture_and_leads_to_its_page(
    serve: Callable[..., Served], enter: Callable[[Served], Client], photos: Path
) -> None:
    client = enter(serve(photos))
    id_ = client.ids()["beach.jpg"]
    head = ("date", "agency", "asset", "file", "kind", "licence", "amount", "currency")
    text = table([head, sale("2026-05-01", file="beach.jpg"), sale("2026-05-02", "0.25", file="other.jpg", asset="7")])
    headers = {"origin": client.desk.base, "x-desk-token": client.token, "x-file-name": "p.csv"}
    assert (
        client.http.post(f"{client.desk.base}/api/statement", content=text.encode(), headers=headers).status_code == 200
    )
    page = client.get("/earnings?year=2026").text
    assert re.findall(r'<img src="([^"]+)"', page) == [f"/thumb/{id_}"]
    assert f'<a href="/file/{id_}">beach.jpg</a>' in page
    assert "<span>other.jpg</span>" in page
    assert client.get(f"/thumb/{id_}").headers["content-type"] == "image/jpeg"
    for heading in ("Files", "Shoots", "What statements tell"):
        assert f"<h2>{heading}</h2>" in page
    # Nothing in it breaks the rule that styles come from files alone.
    assert "style=" not in page

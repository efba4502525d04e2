"""Folders beside the account's own, and those that are not there: told once, and made where the agency lets us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stockctl.submit.transports import join
from stockctl.submit.transports.opening import open_transport
from tests.servers.moody import Moody
from tests.submit import batch
from tests.submit.doors import door
from tests.submit.outside import states

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run
    from tests.servers import Server

VECTORS = [f"{number}.eps" for number in range(5)]


@pytest.mark.parametrize(
    ("base", "folder", "path"),
    [
        ("/", "/", "/"),
        ("/", "/video", "video"),
        ("drop", "/", "drop"),
        ("drop", "/video", "drop/video"),
        ("Stock", "../Vectors", "Vectors"),
        ("/Stock", "../Vectors", "/Vectors"),
        ("/test/Stock", "../Live News", "/test/Live News"),
    ],
)
def test_a_folder_below_or_beside_another(base: str, folder: str, path: str) -> None:
    assert join(base, folder) == path


def test_alamys_vectors_go_beside_its_photos(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", "a.eps", "b.jpg")
    with Moody(tmp_path / "drop") as moody:
        for name in ("Stock", "Vectors"):
            (moody.folder / name).mkdir()
        run = send(moody.server, agency="alamy")
        assert run.code == 0, run.out + run.err
    assert [str(path.relative_to(moody.folder)) for path in sorted(moody.folder.rglob("*.*"))] == [
        "Stock/b.jpg",
        "Vectors/a.eps",
    ]
    assert {file["folder"] for file in run.json["files"]} == {"Stock", "Vectors"}


def test_a_folder_that_is_missing_is_told_once_and_the_rest_goes(send: Callable[..., Run], tmp_path: Path) -> None:
    batch.files(tmp_path / "in", *VECTORS, "b.jpg", "c.jpg")
    with Moody(tmp_path / "drop") as moody:
        (moody.folder / "Stock").mkdir()
        run = send(moody.server, agency="alamy", connections=1)
        assert run.code == 1
        assert {name for name, state in states(run).items() if state == "sent"} == {"b.jpg", "c.jpg"}
        (note,) = [note for note in run.json["notes"] if "Vectors" in note]
        assert "5 files wait" in note
        assert sum(heard.startswith("STOR") for heard in moody.heard) == 3
        refused = send(moody.server, "--retry-failed", "--make-folders", agency="alamy")
        assert refused.code == 2
        (moody.folder / "Vectors").mkdir()
        again = send(moody.server, agency="alamy")
        assert again.code == 0, again.out
    assert sorted(path.name for path in (moody.folder / "Vectors").iterdir()) == VECTORS


def test_a_folder_is_made_where_the_agencys_page_says_so(send: Callable[..., Run], home: Path, tmp_path: Path) -> None:
    (home / "agencies").mkdir()
    (home / "agencies/alamy.toml").write_text("[transport]\nmakes_folders = true\n")
    batch.files(tmp_path / "in", *VECTORS)
    with Moody(tmp_path / "drop") as moody:
        (moody.folder / "Stock").mkdir()
        offered = send(moody.server, agency="alamy", connections=1)
        assert "--make-folders" in "".join(offered.json["notes"])
        made = send(moody.server, "--retry-failed", "--make-folders", agency="alamy", connections=1)
        assert states(made) == dict.fromkeys([VECTORS[0]], "sent") | {name: states(made)[name] for name in VECTORS[1:]}
        assert send(moody.server, agency="alamy").code == 0
    assert sorted(path.name for path in (moody.folder / "Vectors").iterdir()) == VECTORS


@pytest.mark.parametrize("kind", ["ftp", "ftps", "sftp"])
def test_real_servers_make_a_folder(kind: str, serve: Callable[[str], Server], tmp_path: Path) -> None:
    server = serve(kind)
    transport = open_transport(door(server, tmp_path))
    wanted = join(server.remote or "/", "/new ones")
    try:
        transport.enter(server.remote or "/")
        assert not transport.has_folder(wanted)
        transport.make_folder(wanted)
        assert transport.has_folder(wanted)
    finally:
        transport.close()
    assert (server.folder / "new ones").is_dir()

"""What is done with a mutated file: every way in which a command opens one of its kind."""

from __future__ import annotations

import contextlib
import io
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from stockctl.check.run.inspect import inspect
from stockctl.errors import FileProblem
from stockctl.keyword.sources.text import denied_by, said_of
from stockctl.keyword.subject import load
from stockctl.media.identify import format_of
from stockctl.media.identity import media_id
from stockctl.metadata import Record, read
from stockctl.metadata.writing import Change, perform, prepare
from stockctl.submit.transports import Api, Door, TransferError, ftp
from stockctl.submit.transports.curl import long_listing
from stockctl.submit.transports.getty import GettyApi
from stockctl.vision.answers.answer import Bounds, NoAnswerError
from stockctl.vision.answers.answer import read as read_answer
from stockctl.vision.answers.reading import fields
from stockctl.vision.asking import wire
from tests.conftest import ROOT
from tests.fuzz.seeds import seeds

if TYPE_CHECKING:
    from collections.abc import Callable

RECORD = Record(title="A lake", description="A lake in the Alps", keywords=("lake", "alps"), creators=("Ann Lee",))
BRIEF = min((ROOT / "sample_assets" / "briefs").glob("*.toml"))
POSTS = BRIEF.with_suffix("").with_suffix(".posts.csv")
PHOTO = next((ROOT / "sample_assets" / "photos").rglob("*.jpg"))
# Exit codes that are no bug.
_FINE = frozenset({0, 1, 2})


class Found(Exception):  # noqa: N818 - what the tool looks for
    """Something went wrong that is no problem of the file's own, in words."""


def picture(path: Path) -> None:
    """Check it, read it for keywords, and embed into it; the picture must stay what it is."""
    found = inspect(path)
    if found.facts is None and found.problem is None:
        raise Found("neither facts nor a problem")
    if found.problem is not None and "cannot be looked into" in found.problem.message:
        raise Found(found.problem.message)
    with contextlib.suppress(FileProblem):
        load(path)
    with contextlib.suppress(FileProblem):
        read(path)
    _embed(path)


def _embed(path: Path) -> None:
    before = path.read_bytes()
    format_ = format_of(path, before[:4096])
    try:
        change = prepare(path, RECORD)
        if not isinstance(change, Change):
            return
        perform(change)
    except FileProblem:
        if path.read_bytes() != before:
            raise Found("it was refused, and changed") from None
        return
    after = path.read_bytes()
    if format_ and media_id(before, format_) != media_id(after, format_) and change.where == "embedded":
        known = media_id(before, format_) != media_id(before, "unknown")
        if known:
            raise Found("another picture stands there after embedding")
    said = read(path).record
    if said.title != RECORD.title:
        raise Found(f"embedded, and read back as {said.title!r}")


def command(*arguments: str | Path) -> None:
    """Run the program in this process; what ends in a report of a bug is found."""
    from stockctl.cli import main

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as left:
            code = left.code
    if code not in _FINE:
        raise Found(err.getvalue()[-2000:])


def statement(path: Path) -> None:
    """Read it as earnings."""
    command("earnings", path, "--json")


def sheet(path: Path) -> None:
    """Apply it as a table of keywords."""
    command("keyword", "--apply", path, "--json", "--dry-run")


def decisions(path: Path) -> None:
    """Take it in as an agency's decisions."""
    command("review", "--agency", "dreamstime", "--import", path, "--json")


def brief(path: Path) -> None:
    """Check a picture against it, and pay posts by it."""
    command("campaign", "check", path, PHOTO, "--caption", "a lake #ad", "--json")
    command("campaign", "pay", path, POSTS, "--json")


def posts(path: Path) -> None:
    """Pay them by a brief."""
    command("campaign", "pay", BRIEF, path, "--json")


def packet(path: Path) -> None:
    """Read it as the sidecar of a picture, and write into it."""
    photo = path.with_suffix(".jpg")
    photo.write_bytes(PHOTO.read_bytes())
    with contextlib.suppress(FileProblem):
        read(photo)
    with contextlib.suppress(FileProblem):
        change = prepare(path.with_suffix(".jpg"), RECORD)
        if isinstance(change, Change):
            perform(change)


def sheet_xml(path: Path) -> None:
    """Read it as the sheet of a workbook."""
    whole, out = seeds()["statement.xlsx"], io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, path.read_bytes() if name.endswith("sheet1.xml") else old.read(name))
    book = path.with_suffix(".xlsx")
    book.write_bytes(out.getvalue())
    statement(book)


def answer(path: Path) -> None:
    """Read it as what a vision model answered."""
    fields(path.read_bytes().decode("utf-8", "replace"))


def reply(path: Path) -> None:
    """Read it as the reply of a server that a vision model runs on."""
    with contextlib.suppress(NoAnswerError):
        read_answer(wire.read(path.read_bytes()).texts, Bounds(), 2)


def api(path: Path) -> None:
    """Read it as what Getty's API answers, whatever it was asked."""
    door = Door(
        protocol="esp",
        host="127.0.0.1",
        port=1,
        user="ann",
        password="secret",  # noqa: S106 - nobody's
        api=Api("key", "hidden", {}, "https://127.0.0.1:1/", "ann", "secret"),
    )
    asked = GettyApi(door)
    body = path.read_bytes()
    asked._client = httpx.Client(
        base_url="https://127.0.0.1:1", transport=httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    )
    for step in (
        asked.log_in,
        lambda: list(asked.batches()),
        lambda: list(asked.contributions(asked.create_batch("a", "photo"))),
        lambda: asked.releases("1"),
        lambda: asked.keywords(["lake", "alps"], "photo"),
    ):
        with contextlib.suppress(TransferError):
            step()


def context(path: Path) -> None:
    """Read it as what a person says of a picture."""
    subject = load(PHOTO, path.read_bytes().decode("utf-8", "replace"))
    said_of(subject)
    denied_by(subject)


def listing(path: Path) -> None:
    """Read it as what FTP servers answer."""
    text = path.read_bytes().decode("latin-1")
    for reader in (ftp._facts, ftp._size_in, long_listing):
        reader(text)


def settings(path: Path) -> None:
    """Take it for the settings."""
    _config(path, Path(os.environ["STOCKCTL_CONFIG"]), "config", "show", "--json")


def agency(path: Path) -> None:
    """Take it for a person's own agency."""
    _config(path, Path(os.environ["STOCKCTL_CONFIG"]).parent / "agencies/mine.toml", "agencies", "--json")


def _config(path: Path, place: Path, *words: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(path.read_bytes())
    try:
        command(*words)
    finally:
        place.unlink()


def target_of(name: str) -> Callable[[Path], None]:
    """Return what is done with a seed of this name."""
    suffix = Path(name).suffix
    if name.startswith("statement"):
        return sheet_xml if suffix == ".sheetxml" else statement
    by_name: dict[str, Callable[[Path], None]] = {
        "sheet.csv": sheet,
        "decisions.csv": decisions,
        "answer.json": answer,
        "reply.json": reply,
        "reply.stream": reply,
        "api.json": api,
        "context.txt": context,
        "listing.txt": listing,
        "settings.toml": settings,
        "agency.toml": agency,
    }
    if name.endswith(".posts.csv"):
        return posts
    return by_name.get(name) or {".toml": brief, ".xmp": packet}.get(suffix, picture)


def settle(folder: Path) -> None:
    """Let the program keep its files in a folder of its own."""
    for name, value in {
        "HOME": folder,
        "XDG_DATA_HOME": folder / "data",
        "XDG_CONFIG_HOME": folder / "config",
        "STOCKCTL_DB": folder / "catalogue.db",
        "STOCKCTL_CONFIG": folder / "stockctl.toml",
    }.items():
        os.environ[name] = str(value)

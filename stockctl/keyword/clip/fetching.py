"""Fetch a model's files once: resumed where it was cut, verified, and in place only when they are right."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import httpx

from stockctl.errors import RemoteError, UsageError
from stockctl.files.own import make_own_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stockctl.keyword.clip.models import Model, Store

# Tries for one file; a try goes on from what the one before it got.
TRIES = 4
_WAIT_S = 1.0
_CONNECT_S, _SILENCE_S = 20.0, 60.0
# A file of unknown size may be no larger than this, in bytes.
_MOST = 4_000_000_000
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Fetched:
    """One file: its hash, how many bytes came now, and whether the hash was known before."""

    part: str
    path: Path
    sha256: str
    bytes: int
    pinned: bool


class _CutError(Exception):
    """The connection ended too soon; what came is kept."""


def fetch(
    model: Model,
    store: Store,
    progress: Callable[[str, int, int | None], None] = lambda _part, _done, _total: None,
    sleep: Callable[[float], None] = time.sleep,
    silence_s: float = _SILENCE_S,
) -> list[Fetched]:
    """Fetch the files of a model that are not there yet; those that are there are verified.

    `progress` is told a file's name, the bytes that are there, and the whole
    where it is known; `silence_s` is how long a server may say nothing. A hash
    that is not known before is pinned now: the next fetch has to bring the same.

    Raises:
        RemoteError: a file cannot be fetched, or is not the one that is pinned.
        UsageError: the address is not https (but for this machine), or the disk refuses.

    """
    pins = store.pins(model)
    done: list[Fetched] = []
    with httpx.Client(
        follow_redirects=True,
        timeout=httpx.Timeout(silence_s, connect=_CONNECT_S),
        event_hooks={"response": [_look_where_it_leads]},
    ) as client:
        for part, file in model.files.items():
            target, url = store.path(model, part), urljoin(model.url.rstrip("/") + "/", file.path)
            wanted = pins.get(part, "")
            _trusted(url, known=bool(wanted))
            try:
                make_own_folder(target.parent)
                if target.is_file() and (not wanted or _digest(target) == wanted):
                    done.append(Fetched(part, target, wanted or _digest(target), 0, bool(wanted)))
                    continue
                size = _get(client, url, target, file.bytes, wanted, progress, sleep)
            except OSError as error:
                raise UsageError(
                    f"cannot keep it: {(error.strerror or str(error)).lower()}",
                    where=str(target),
                    hint="make room, or put the catalogue elsewhere: --db FILE",
                ) from error
            digest = _digest(target)
            if not wanted:
                store.keep_pin(model, part, digest)
            done.append(Fetched(part, target, digest, size, bool(wanted)))
    return done


def _look_where_it_leads(response: httpx.Response) -> None:
    """Refuse to be led on to an address where anybody on the way reads along and changes what comes."""
    if not response.has_redirect_location:
        return
    asked = response.request.url
    following = asked.join(response.headers["Location"])
    if following.scheme != "https" and (asked.scheme, asked.netloc) != (following.scheme, following.netloc):
        raise RemoteError(
            f"the server leads on to an address that is not https: {following}",
            where=str(asked),
            hint="it is not followed; give an address that needs no such step: --url ADDRESS",
        )


def _trusted(url: str, *, known: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise UsageError("this is no address that can be fetched", where=url, hint="write one with https://")
    if parts.scheme == "http" and not known and parts.hostname not in _LOOPBACK:
        raise UsageError(
            "anybody on the way could change what comes over http, and no hash is known",
            where=url,
            hint="use https://, or give the hash: --sha256 PART=SHA256",
        )


def _get(
    client: httpx.Client,
    url: str,
    target: Path,
    size: int | None,
    wanted: str,
    progress: Callable[[str, int, int | None], None],
    sleep: Callable[[float], None],
) -> int:
    """Bring one file to its place; return how many bytes came."""
    begun = target.with_name(f"{target.name}.part")
    if not wanted:
        # Without a hash nobody could tell whether two halves belong together.
        begun.unlink(missing_ok=True)
    came, why = 0, ""
    for attempt in range(TRIES):
        if attempt:
            sleep(_WAIT_S * 2 ** (attempt - 1))
        have = begun.stat().st_size if begun.exists() else 0
        if size is not None and have > size:
            begun.unlink()
            have = 0
        try:
            if size is None or have < size:
                came += _receive(client, url, begun, have, size, lambda now, total: progress(target.name, now, total))
        except (_CutError, httpx.RequestError) as error:
            why = str(error) or type(error).__name__
            if not wanted:
                begun.unlink(missing_ok=True)
            continue
        digest = _digest(begun)
        if wanted and digest != wanted:
            begun.unlink()
            raise RemoteError(
                f"this is not the file that is pinned: its SHA-256 is {digest}, not {wanted}; it was thrown away",
                where=url,
                hint="fetch again; if it stays so, the file was changed, or somebody on the way changes it",
            )
        begun.replace(target)
        return came
    raise RemoteError(
        f"could not be fetched: {why}",
        where=url,
        hint="run this again: it goes on from what is there" if wanted else "run this again",
    )


def _receive(
    client: httpx.Client,
    url: str,
    begun: Path,
    have: int,
    size: int | None,
    progress: Callable[[int, int | None], None],
) -> int:
    """Add what a server sends to the file that was begun; return how many bytes came."""
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code in {408, 429} or response.status_code >= 500:
            raise _CutError(f"the server answered {response.status_code}")
        if response.status_code == 416 and have:
            # Nothing is left to send: the hash tells whether that is so.
            return 0
        if response.status_code not in {200, 206}:
            raise RemoteError(
                f"the server answered {response.status_code}",
                where=url,
                hint="the file is not there any more; give another address: --url ADDRESS, or in [models.NAME]",
            )
        if response.status_code == 200 or not have:
            have = 0
        length = response.headers.get("Content-Length", "")
        total = have + int(length) if length.isdecimal() else size
        if size is not None and total is not None and total != size:
            raise RemoteError(
                f"the server sends {total} bytes; the file that is pinned has {size}",
                where=url,
                hint="the address leads to another file; give another: --url ADDRESS",
            )
        came = 0
        with begun.open("ab" if have else "wb") as file:
            for piece in response.iter_raw():
                came += len(piece)
                if have + came > (total or _MOST):
                    raise RemoteError("the server sends more than it said", where=url, hint="give another address")
                file.write(piece)
                progress(have + came, total)
            file.flush()
            os.fsync(file.fileno())
        if total is not None and have + came < total:
            raise _CutError(f"the connection ended after {have + came} of {total} bytes")
    return came


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

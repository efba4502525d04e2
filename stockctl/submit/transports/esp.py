"""Delivery by Getty's API: a file is laid where the API can fetch it, then named in a contribution with its texts."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, unquote, urlsplit

from stockctl.errors import UnreadableError
from stockctl.files.fingerprint import fingerprint
from stockctl.files.opening import read_bytes
from stockctl.submit.transports import NOT_TOLD, Fault, TransferError, Upload, Watch
from stockctl.submit.transports.getty import GettyApi
from stockctl.submit.transports.http import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stockctl.submit.transports import Door, Gate

_MEDIA = {"video": "video"}
# The agency's column → the contribution's field.
_FIELDS = {
    "title": "headline",
    "description": "caption",
    "country": "country_of_shoot",
    "created date": "camera_shot_date",
    "date created": "camera_shot_date",
}


class EspTransport:
    """One account of the API, and the web folder from which the API fetches files.

    A remote folder is a submission batch of that name. A contribution is made
    only when its file stands whole in the web folder, so one that is there
    says that the file was handed over.
    """

    # A web server takes a file whole or not at all.
    resumes: ClassVar[bool] = False
    acknowledged: ClassVar[bool] = False
    worth_a_listing: ClassVar[int] = 4

    def __init__(self, door: Door) -> None:
        assert door.api is not None
        self._api = GettyApi(door)
        self._types = door.api.batch_types
        self._url = door.api.upload_url.rstrip("/")
        web = urlsplit(self._url)
        self._folder = unquote(web.path) or "/"
        self._web = HttpTransport(
            replace(
                door,
                protocol="https",
                host=web.hostname or "",
                port=web.port,
                user=door.api.upload_user,
                password=door.api.upload_password,
                api=None,
            )
        )
        # Name of a batch → its id; filled by one look at all of them.
        self._batches: dict[str, str] | None = None
        # Id of a batch → the names of its releases.
        self._papers: dict[str, set[str]] = {}

    def enter(self, folder: str, gate: Gate | None = None) -> None:
        """Log in at the API and at the web folder; a batch is made only with its first file."""
        assert folder
        self._api.log_in()
        self._known_batches()
        self._web.enter(self._folder, gate)

    def log_in(self, gate: Gate) -> None:
        """Log in once the gate is open."""
        if gate.passed():
            self.enter("/")

    def send(self, upload: Upload, watch: Watch, *, offset: int = 0) -> None:
        """Lay the file into the web folder, and name it in a contribution."""
        self._web.send(replace(upload, folder=self._folder), watch, offset=offset)
        batch = self._batch(upload.folder, make=True)
        assert batch is not None
        for path, kind in upload.papers:
            self._hand_in(batch, path, kind, watch)
        self._api.contribute(batch, self._contribution(upload))

    def _hand_in(self, batch: str, path: Path, kind: str, watch: Watch) -> None:
        """Lay a release into the web folder and name it in the batch, once for all pictures of the batch."""
        try:
            paper = fingerprint(path)
            # The contents are in the name: of two papers with one name neither passes for the other.
            name = f"release-{hashlib.sha256(read_bytes(path)).hexdigest()[:12]}{path.suffix.lower()}"
        except (OSError, UnreadableError) as error:
            hint = "see: stockctl release list"
            raise TransferError("its release cannot be read", where=str(path), hint=hint, fault=Fault.SOURCE) from error
        if batch not in self._papers:
            self._papers[batch] = self._api.releases(batch)
        if name not in self._papers[batch]:
            self._web.send(Upload(path, paper, self._folder, name), Watch(stop=watch.stop))
            self._api.release(batch, name, f"{self._url}/{name}", kind)
            self._papers[batch].add(name)

    def size(self, folder: str, name: str) -> int | None:
        """Return the size in the web folder of a file that a contribution names; `NOT_TOLD` once it was fetched."""
        batch = self._batch(folder)
        if batch is None or not self._named(batch, name):
            return None
        there = self._web.size(self._folder, name)
        return NOT_TOLD if there is None else there

    def listing(self, folder: str) -> dict[str, int] | None:
        """Return what the batch holds; the API tells no sizes."""
        batch = self._batch(folder)
        if batch is None:
            return {}
        return {str(entry.get("file_name")): NOT_TOLD for entry in self._api.contributions(batch)}

    def has_folder(self, folder: str) -> bool:
        """Say yes: a batch is made with its first file."""
        assert folder
        return True

    def make_folder(self, folder: str) -> None:
        """Do nothing: a batch is made with its first file."""
        assert folder

    def line(self) -> str:
        """Both addresses begin with https."""
        return "the line is encrypted (TLS)"

    def delete(self, folder: str, name: str) -> None:
        """Take a file out of the batch and out of the web folder."""
        batch = self._batch(folder)
        for contribution in self._named(batch, name) if batch else ():
            self._api.withdraw(str(batch), str(contribution.get("id")))
        self._web.delete(self._folder, name)

    def close(self) -> None:
        """End the connections."""
        self._api.close()
        self._web.close()

    def _known_batches(self) -> dict[str, str]:
        if self._batches is None:
            # The newest come first; of two with one name the newest counts.
            found = [(str(batch.get("submission_name")), str(batch.get("id"))) for batch in self._api.batches()]
            self._batches = dict(reversed(found))
        return self._batches

    def _batch(self, folder: str, *, make: bool = False) -> str | None:
        """Return the id of the batch that a folder's name stands for."""
        name = folder.strip("/")
        known = self._known_batches()
        if name not in known and make:
            known[name] = self._api.create_batch(name, self._type_of(name))
        return known.get(name)

    def _type_of(self, name: str) -> str:
        fitting = [theirs for ours, theirs in self._types.items() if f"-{ours}-" in f"-{name}-"]
        if not fitting:
            raise TransferError(f"no type of batch is known for {name!r}", where=name)
        return fitting[0]

    def _named(self, batch: str, name: str) -> list[dict[str, Any]]:
        return [entry for entry in self._api.contributions(batch) if entry.get("file_name") == name]

    def _contribution(self, upload: Upload) -> dict[str, Any]:
        """Return the contribution of a file: where it stands, and the texts of its row in the sheet."""
        media = _MEDIA.get(upload.kind, "image")
        return {
            "file_name": upload.name,
            "external_file_location": f"{self._url}/{quote(upload.name)}",
            "media_type": media,
            **_texts(upload.row),
            "keywords": self._api.keywords(_words(upload.row), media),
        }


def _texts(row: Mapping[str, str]) -> dict[str, str]:
    return {field: row[column] for column, field in _FIELDS.items() if row.get(column)}


def _words(row: Mapping[str, str]) -> list[str]:
    return [word for part in row.get("keywords", "").split(",") if (word := part.strip())]

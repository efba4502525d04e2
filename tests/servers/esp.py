"""A server with the paths of Getty's API (ESP) as its public clients know them, and a web folder beside it."""

from __future__ import annotations

import json
import re
import ssl
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from tests.servers import PASSWORD
from tests.servers.certificates import authority, certificate
from tests.servers.listening import Listening

if TYPE_CHECKING:
    from pathlib import Path

KEY, SECRET, USER, TOKEN = "key-of-ours", "cl1ent secret/+", "sari", "t0ken-never-shown"
WEB_USER, WEB_PASSWORD = "web", "w3b secret"
_BATCHES = r"/esp/submission/v1/submission_batches"


class Esp(Listening):
    """The service on loopback; `moods` gives, for a method and path, the status codes to use instead, one each time.

    `vocabulary` maps a keyword to its meanings. What a contribution names must
    stand in the web folder (`files`), or it is refused.
    """

    def __init__(self, folder: Path, moods: dict[str, list[int]] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.moods = moods or {}
        self.vocabulary: dict[str, list[dict[str, Any]]] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.contributions: dict[str, list[dict[str, Any]]] = {}
        self.releases: dict[str, list[dict[str, Any]]] = {}
        self.files: dict[str, bytes] = {}
        self.heard: list[str] = []
        self.tokens = 0
        self.ca_file = authority(folder)
        _Handler.esp = self
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(folder))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        super().__init__(server)

    def settings(self, **more: object) -> str:
        """Return the settings of an account here."""
        values: dict[str, object] = {
            "api_key": KEY,
            "user": USER,
            "host": "127.0.0.1",
            "port": self.port,
            "ca_file": str(self.ca_file),
            "upload_url": f"https://127.0.0.1:{self.port}/stock",
            "upload_user": WEB_USER,
        } | more
        return "[agencies.istock_getty]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())


class _Handler(BaseHTTPRequestHandler):
    esp: ClassVar[Esp]
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - http.server's names

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        what = f"{self.command} {urlsplit(self.path).path}"
        self.esp.heard.append(what)
        moods = self.esp.moods.get(what, [])
        code = moods.pop(0) if moods else 0
        if code:
            self._say(code, {"message": "a mood"})
        elif self.path.startswith("/stock"):
            self._web(body)
        elif self.path == "/oauth2/token":
            self._token(parse_qs(body.decode()))
        elif (self.headers.get("Authorization"), self.headers.get("Api-Key")) != (f"Token token={TOKEN}", KEY):
            self._say(401, {"message": "no token"})
        else:
            self._api(json.loads(body or b"{}"))

    def _web(self, body: bytes) -> None:
        name = unquote(urlsplit(self.path).path).rpartition("/")[2]
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic" or b64decode(given).decode() != f"{WEB_USER}:{WEB_PASSWORD}":
            self._say(401)
        elif self.command == "PUT":
            self.esp.files[name] = body
            self._say(201)
        elif self.command == "DELETE":
            self._say(204 if self.esp.files.pop(name, None) is not None else 404)
        elif self.command == "HEAD":
            there = self.esp.files.get(name)
            self._say(404 if there is None else 200, size=len(there or b""))
        else:
            self._say(200)

    def _token(self, form: dict[str, list[str]]) -> None:
        given = {name: values[0] for name, values in form.items()}
        right = {"client_id": KEY, "client_secret": SECRET, "username": USER, "password": PASSWORD}
        if given != right | {"grant_type": "password"}:
            self._say(400, {"error": "invalid_grant", "error_description": f"not {given.get('client_secret')}"})
            return
        self.esp.tokens += 1
        self._say(200, {"access_token": TOKEN, "token_type": "bearer", "expires_in": "1800"})

    def _api(self, body: dict[str, Any]) -> None:
        path = urlsplit(self.path).path
        found = re.fullmatch(rf"{_BATCHES}(?:/(\d+)/(?:contributions(?:/(\d+))?|releases))?", path)
        if path == "/esp/submission/v1/keywords/getty":
            self._say(200, {"keywords": {word: self.esp.vocabulary.get(word, []) for word in body["keywords"]}})
        elif found is None or (found[1] and found[1] not in self.esp.batches):
            self._say(404, {"message": "not here"})
        elif found[1] is None:
            self._batches(body)
        elif path.endswith("/releases"):
            self._releases(found[1], body)
        else:
            self._contributions(found[1], found[2], body)

    def _batches(self, body: dict[str, Any]) -> None:
        if self.command == "GET":
            newest = list(reversed(self.esp.batches.values()))
            self._say(200, {"items": newest, "meta": {"total_items": len(newest)}})
            return
        kinds = {f"getty_{line}_{medium}" for line in ("creative", "editorial") for medium in ("still", "video")}
        if not body.get("submission_name") or body.get("submission_type") not in kinds:
            self._say(422, {"errors": "submission_type"})
            return
        number = str(81420 + len(self.esp.batches))
        self.esp.batches[number] = body | {"id": number}
        self.esp.contributions[number] = []
        self.esp.releases[number] = []
        self._say(201, self.esp.batches[number])

    def _releases(self, batch: str, body: dict[str, Any]) -> None:
        held = self.esp.releases[batch]
        if self.command == "GET":
            self._say(200, held)
        elif (
            body.get("release_type") not in {"Model", "Property"}
            or unquote(body["external_file_location"]).rpartition("/")[2] not in self.esp.files
        ):
            self._say(422, {"errors": "release"})
        else:
            held.append(body | {"id": str(500 + len(held))})
            self._say(201, held[-1])

    def _contributions(self, batch: str, contribution: str | None, body: dict[str, Any]) -> None:
        held = self.esp.contributions[batch]
        if self.command == "GET":
            self._say(200, held)
        elif self.command == "DELETE":
            held[:] = [entry for entry in held if entry["id"] != contribution]
            self._say(204)
        elif unquote(body["external_file_location"]).rpartition("/")[2] not in self.esp.files:
            self._say(422, {"errors": "external_file_location"})
        else:
            held.append(body | {"id": str(1000 + sum(map(len, self.esp.contributions.values())))})
            self._say(201, held[-1])

    def _say(self, code: int, document: object = None, size: int | None = None) -> None:
        data = b"" if document is None else json.dumps(document).encode()
        self.send_response(code)
        if code != 204:
            self.send_header("Content-Length", str(len(data) if size is None else size))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

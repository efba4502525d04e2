"""Who may ask the desk: this machine's browser that was given the address, and nobody else.

The server binds to loopback alone, but every page that a browser shows can send
requests there, and a name can be made to point there (DNS rebinding). So the
Host is compared, the token of the address is changed once for a cookie that no
other site's request carries, and what changes anything needs a token of the
page's own and our Origin.
"""

from __future__ import annotations

import hmac
import secrets
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse, RedirectResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What a page may load: what this server sends, and nothing written into the page itself.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_UNKEPT = (b"cache-control", b"no-store")
_SAFE = frozenset({"GET", "HEAD"})
# The header in which a page of ours sends its token.
PAGE_TOKEN = b"x-desk-token"
# No request but an uploaded file is near this size.
LARGEST_BODY = 1 << 20
LARGEST_UPLOAD = 256 << 20
UPLOADS = frozenset({"/api/statement", "/api/paper"})


class Keys:
    """The secrets of one desk: of its address (once), of its cookie, and of its pages."""

    def __init__(self) -> None:
        self.address: str | None = secrets.token_urlsafe(32)
        self.cookie = secrets.token_urlsafe(32)
        self.page = secrets.token_urlsafe(32)


class Guard:
    """Wraps the application: lets through what comes from a page of ours, answers 403 to all else."""

    def __init__(self, app: ASGIApp, *, keys: Keys, port: int) -> None:
        self._app = app
        self._keys = keys
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        # Cookies know no ports: two desks side by side keep theirs apart by name.
        self._cookie = f"stockctl_desk_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send))
            return
        await self._app(scope, _bounded(receive, scope["path"]), _with_headers(send))

    def _refusal(self, scope: Scope, headers: dict[bytes, bytes]) -> PlainTextResponse | RedirectResponse | None:
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if host not in self._hosts:
            return _no("this desk answers under its own address only")
        if not self._known(headers):
            return self._admitted(scope) or _no("open the desk by the address that `stockctl desk` printed")
        if scope["path"] == "/" and b"token=" in scope["query_string"]:
            return RedirectResponse("/", 303)
        if scope["method"] not in _SAFE:
            origin = headers.get(b"origin", b"").decode("latin-1").lower()
            if origin != f"http://{host}":
                return _no("this request comes from another page")
            if not _same(headers.get(PAGE_TOKEN, b"").decode("latin-1"), self._keys.page):
                return _no("this page is of an earlier desk: load it again")
            declared = headers.get(b"content-length", b"0")
            most = LARGEST_UPLOAD if scope["path"] in UPLOADS else LARGEST_BODY
            if not declared.isdigit() or int(declared) > most:
                return PlainTextResponse("too much at once", 413)
        elif headers.get(b"sec-fetch-site", b"none") not in {b"none", b"same-origin"}:
            return _no("this request comes from another page")
        return None

    def _known(self, headers: dict[bytes, bytes]) -> bool:
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load(headers.get(b"cookie", b"").decode("latin-1"))
        except Exception:  # noqa: BLE001 - whatever a broken cookie raises, it is none of ours
            return False
        found = jar.get(self._cookie)
        return found is not None and _same(found.value, self._keys.cookie)

    def _admitted(self, scope: Scope) -> RedirectResponse | None:
        """Change the address's token for the cookie: once."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["path"] != "/" or scope["method"] != "GET" or self._keys.address is None:
            return None
        if not _same(given, self._keys.address):
            return None
        self._keys.address = None
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self._cookie, self._keys.cookie, httponly=True, samesite="strict", path="/")
        return answer


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _no(why: str) -> PlainTextResponse:
    return PlainTextResponse(f"403: {why}\n", 403)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message.get("headers", ())}
            extra = [one for one in (*_HEADERS, _UNKEPT) if one[0] not in given]
            message = {**message, "headers": [*message.get("headers", ()), *extra]}
        await send(message)

    return sending


def _bounded(receive: Receive, path: str) -> Receive:
    """Return a `receive` that ends a body which goes on longer than it may."""
    left = LARGEST_UPLOAD if path in UPLOADS else LARGEST_BODY

    async def receiving() -> Message:
        nonlocal left
        message = await receive()
        if message["type"] == "http.request":
            left -= len(message.get("body", b""))
            if left < 0:
                return {"type": "http.disconnect"}
        return message

    return receiving

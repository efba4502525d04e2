"""Getty's API for contributors (ESP): log in, submission batches, contributions, releases, keywords.

Paths and fields are those of two public clients, the newer one of June 2016
(github dysolution/espsdk @e99afa6), and of a Ruby sample. None of them says how
a batch is submitted, or a release laid to a contribution: a person does both on
ESP's page. Nothing here was ever tried against the real service.
"""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from stockctl.submit.transports import Fault, TransferError
from stockctl.submit.transports.curl import HINTS, authorities

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stockctl.submit.transports import Door

_BATCHES = "/esp/submission/v1/submission_batches"
# The kinds of releases, in the API's words.
_RELEASES = {"model": "Model", "property": "Property"}
_KEYWORDS = "/esp/submission/v1/keywords/getty"
_PER_PAGE = 100
# A token is renewed so many seconds before it ends.
_MARGIN_S = 60.0
_LONGEST_REPLY = 300
# A list that goes on for ever is read up to so many pages.
_MOST_PAGES = 1000


class GettyApi:
    """The API behind one key and one account; used by one thread."""

    def __init__(self, door: Door) -> None:
        assert door.api is not None
        self._door = door
        self._api = door.api
        self._token = ""
        self._ends_at = 0.0
        port = f":{door.port}" if door.port else ""
        self._client = httpx.Client(
            base_url=f"https://{door.host}{port}",
            verify=ssl.create_default_context(cafile=door.ca_file or authorities()),
            timeout=door.stall_seconds,
        )

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def log_in(self) -> None:
        """Get a token for the account (OAuth's password grant).

        Raises:
            TransferError: host, TLS, or one of key, secret, user and password is wrong.

        """
        form = {
            "grant_type": "password",
            "client_id": self._api.key,
            "client_secret": self._api.secret,
            "username": self._door.user,
            "password": self._door.password,
        }
        response = self._send("POST", "/oauth2/token", data=form)
        if response.status_code in {400, 401}:
            raise self._refusal(response, Fault.PASSWORD)
        answer = _fields(self._document(response))
        token = str(answer.get("access_token") or "")
        # It goes into a header.
        if not token.isascii() or not token.isprintable():
            raise self._error("the server gave a token that cannot be sent", Fault.LINE)
        if not token:
            raise self._error("the server gave no token", Fault.LINE)
        self._token = token
        try:
            lasts = float(answer.get("expires_in") or 0)
        except (TypeError, ValueError, OverflowError):
            lasts = 0.0
        # The first of the two where it is no number at all.
        self._ends_at = time.monotonic() + max(_MARGIN_S, lasts - _MARGIN_S)

    def batches(self) -> Iterator[dict[str, Any]]:
        """Yield the account's submission batches, page by page."""
        yield from self._pages(_BATCHES)

    def create_batch(self, name: str, kind: str) -> str:
        """Make a submission batch and return its id; ESP reads what is embedded in the files that come into it."""
        body = {"submission_name": name, "submission_type": kind, "save_extracted_metadata": True}
        return self._id(self._request("POST", _BATCHES, body))

    def contributions(self, batch: str) -> Iterator[dict[str, Any]]:
        """Yield the contributions of a batch."""
        yield from self._pages(f"{_BATCHES}/{_in_path(batch)}/contributions")

    def contribute(self, batch: str, contribution: dict[str, Any]) -> str:
        """Add a contribution to a batch and return its id."""
        return self._id(self._request("POST", f"{_BATCHES}/{_in_path(batch)}/contributions", contribution))

    def withdraw(self, batch: str, contribution: str) -> None:
        """Take a contribution out of a batch; one that is not there is fine."""
        self._request("DELETE", f"{_BATCHES}/{_in_path(batch)}/contributions/{_in_path(contribution)}", missing=True)

    def releases(self, batch: str) -> set[str]:
        """Return the file names of a batch's releases."""
        return {str(release.get("file_name")) for release in self._pages(f"{_BATCHES}/{_in_path(batch)}/releases")}

    def release(self, batch: str, name: str, location: str, kind: str) -> None:
        """Add a release, `model` or `property`, whose file stands at a location, to a batch."""
        body = {"file_name": name, "external_file_location": location, "release_type": _RELEASES[kind]}
        self._id(self._request("POST", f"{_BATCHES}/{_in_path(batch)}/releases", body))

    def keywords(self, words: Sequence[str], media_type: str) -> list[dict[str, Any]]:
        """Return each word as the API wants it: valid where it has one meaning in the vocabulary.

        A word with none or several keeps its own text, marked as not valid: a
        person chooses its meaning on ESP's page.
        """
        if not words:
            return []
        answer = self._request("GET", _KEYWORDS, {"keywords": list(words), "media_type": media_type})
        known = answer.get("keywords") if isinstance(answer, dict) else None
        found = []
        for word in words:
            meanings = known.get(word) if isinstance(known, dict) else None
            if isinstance(meanings, list) and len(meanings) == 1:
                only = meanings[0] if isinstance(meanings[0], dict) else {"term": meanings[0]}
                found.append({"term": word} | only | {"valid": True})
            else:
                found.append({"term": word, "valid": False})
        return found

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        seen: set[str] = set()
        page = 1
        while True:
            answer = self._request("GET", f"{path}?page={page}&page_size={_PER_PAGE}")
            items = answer.get("items") if isinstance(answer, dict) else answer
            items = items if isinstance(items, list) else []
            # A server that does not know pages gives the same ones again.
            new = [item for item in items if isinstance(item, dict) and str(item.get("id")) not in seen]
            seen |= {str(item.get("id")) for item in new}
            yield from new
            if not new or len(items) < _PER_PAGE:
                return
            page += 1
            if page > _MOST_PAGES:
                # What was not read may name a file that is there: it would be sent twice.
                raise self._error("the server's list goes on for ever", Fault.LINE)

    def _request(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, missing: bool = False
    ) -> dict[str, Any] | list[Any]:
        """Ask with a token; one that is not taken any more is renewed once."""
        if time.monotonic() >= self._ends_at:
            self.log_in()
        response = self._with_token(method, path, body)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            self.log_in()
            response = self._with_token(method, path, body)
        if missing and response.status_code == httpx.codes.NOT_FOUND:
            return {}
        answer: dict[str, Any] | list[Any] = self._document(response)
        return answer

    def _with_token(self, method: str, path: str, body: dict[str, Any] | None) -> httpx.Response:
        headers = {"Authorization": f"Token token={self._token}", "Api-Key": self._api.key}
        return self._send(method, path, headers=headers, json=body)

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own options
        try:
            return self._client.request(method, path, **more)
        except httpx.ConnectError as error:
            raise self._error(str(error), _why_no_connection(error)) from None
        except httpx.ConnectTimeout as error:
            raise self._error(f"no connection within {self._door.stall_seconds:.0f} s", Fault.REFUSED) from error
        except httpx.TimeoutException as error:
            raise self._error(f"no answer within {self._door.stall_seconds:.0f} s", Fault.STALLED) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._error(str(error), Fault.LINE) from error
        except ValueError:
            # What the server said before goes into a question, too: half a character, a number that is none.
            raise self._error("what the server answered cannot be sent back", Fault.LINE) from None

    def _document(self, response: httpx.Response) -> Any:  # noqa: ANN401 - JSON
        if not response.is_success:
            raise self._refusal(response, _fault_of(response.status_code))
        if not response.content:
            return {}
        try:
            return response.json()
        except (ValueError, RecursionError):
            raise self._error("the server's answer is no JSON", Fault.LINE) from None

    def _id(self, answer: dict[str, Any] | list[Any]) -> str:
        found = answer.get("id") if isinstance(answer, dict) else None
        if not found:
            raise self._error("the server made something without an id", Fault.LINE)
        return str(found)

    def _refusal(self, response: httpx.Response, fault: Fault) -> TransferError:
        said = " ".join(response.text.split())[:_LONGEST_REPLY]
        message = f"the server answered {response.status_code}" + (f": {said}" if said else "")
        return self._error(message, fault, str(response.status_code))

    def _error(self, message: str, fault: Fault, reply: str = "") -> TransferError:
        for secret in (self._api.secret, self._door.password, self._token):
            message = message.replace(secret, "***") if secret else message
        return TransferError(message, where=self._door.host, hint=HINTS.get(fault, ""), fault=fault, reply=reply)


def _fields(answer: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return answer if isinstance(answer, dict) else {}


def _in_path(id_: str) -> str:
    """Return an id as it stands in an address."""
    return quote(id_, safe="", errors="replace")


def _fault_of(code: int) -> Fault:
    if code in {401, 403}:
        return Fault.PASSWORD
    if code == httpx.codes.NOT_FOUND:
        return Fault.FOLDER
    return Fault.LINE if code in {408, 429} or code >= httpx.codes.INTERNAL_SERVER_ERROR else Fault.REJECTED


def _why_no_connection(error: BaseException) -> Fault:
    """Return what kept a connection from coming about: the name, TLS, or the port."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return Fault.TLS
        # The resolver's error, before `OSError`, whose child it is.
        if type(cause).__name__ == "gaierror":
            return Fault.WRONG_HOST
        cause = cause.__cause__ or cause.__context__
    return Fault.REFUSED

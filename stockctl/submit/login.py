"""`submit --test-login`: log in, look into the folder, and say in plain words what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl import agencies as agency_data
from stockctl.errors import UsageError
from stockctl.submit.account import HostKeys, account
from stockctl.submit.transports import UNTESTED, Fault, TransferError, open_transport

if TYPE_CHECKING:
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings

_WORDS = {
    Fault.WRONG_HOST: "wrong-host",
    Fault.TLS: "tls",
    Fault.HOST_KEY: "host-key",
    Fault.PASSWORD: "password",
    Fault.FOLDER: "folder",
}


@dataclass(frozen=True)
class Login:
    """The outcome: the contract's word, what happened, and what to do."""

    agency: str
    login: str
    message: str
    hint: str = ""

    @property
    def fine(self) -> bool:
        """Whether the agency's door is open."""
        return self.login == "ok"


def test_login(catalogue: Catalogue, settings: Settings, name: str, keys: HostKeys) -> Login:
    """Log in at the agency called `name`, once.

    Raises:
        UsageError: no such agency, or it has no door, or there are no credentials.

    """
    agency = agency_data.resolve(name, agency_data.load(settings.folder))
    way = account(catalogue, settings, agency, keys=keys)
    if way.delivery == "folder":
        why = way.notes[0] if way.notes else f"no user is set for {agency.title}, or it has no door for programs"
        raise UsageError(
            "there is no login to test: the outbox is used",
            where=why,
            hint=f"set user in [agencies.{agency.name}] and a password" + _where_shown(agency.transport.login),
        )
    transport = open_transport(way.door)
    try:
        transport.enter(way.door.folder)
    except TransferError as error:
        word, hint = _WORDS.get(error.fault, "refused"), error.hint
        if error.fault is Fault.PASSWORD:
            hint += _where_shown(agency.transport.login)
            if way.by_api and error.reply == "403":
                word = "not-qualified"
                hint = "the key or the account has no right to use the API: ask the agency"
            # The server says the same either way; an e-mail address is not what a qualified account logs in with.
            if "numeric" in agency.transport.login and not way.door.user.isdigit() and agency.transport.access:
                word = "not-qualified"
                hint = f"{agency.title} gives SFTP access to {agency.transport.access}" + _where_shown(
                    agency.transport.login
                )
        return Login(agency.name, word, error.message, hint)
    finally:
        transport.close()
    untested = f"; {UNTESTED}" if way.by_api else ""
    return Login(agency.name, "ok", f"logged in at {way.door.host} as {way.door.user}; the folder is there{untested}")


def _where_shown(login: str) -> str:
    return f"; the agency's login: {login}" if login else ""

"""`submit --test-login`: log in, look into the folder, and say in plain words what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl import agencies as agency_data
from stockctl import passwords
from stockctl.errors import UsageError
from stockctl.submit.account import DOORS, HostKeys, account
from stockctl.submit.transports import UNTESTED, Fault, TransferError, open_transport

if TYPE_CHECKING:
    from stockctl.agencies import Agency
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
        raise UsageError(
            f"there is no login to test: {agency.title} gets its files by the outbox",
            hint=_why_outbox(settings, agency),
        )
    transport = open_transport(way.door)
    try:
        transport.enter(way.door.folder)
        line = transport.line()
    except TransferError as error:
        word, hint = _WORDS.get(error.fault, "refused"), error.hint
        if error.fault is Fault.STALLED:
            hint = "something answers there, but not as this protocol does: look at `host` and `port`"
        if error.fault is Fault.PASSWORD:
            hint += _where_shown(agency.transport.login)
            if agency.transport.access:
                hint += f"; {agency.title} gives access to: {agency.transport.access}"
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
    message = f"logged in at {way.door.host} as {way.door.user}; the folder is there; {line}{untested}"
    return Login(agency.name, "ok", message)


def _why_outbox(settings: Settings, agency: Agency) -> str:
    section = settings.section(f"agencies.{agency.name}")
    if agency.transport.protocol not in DOORS:
        return "it has no upload door for programs; `submit` prepares the batch and says how to go on"
    if section.get("delivery") == "folder":
        return f"take delivery out of [agencies.{agency.name}]"
    if not section.get("user"):
        return f"set user in [agencies.{agency.name}] and a password" + _where_shown(agency.transport.login)
    return passwords.ways(agency.name)


def _where_shown(login: str) -> str:
    return f"; the agency's login: {login}" if login else ""

"""`submit --test-login`: log in, look into the folder, and say in plain words what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stockctl import agencies as agency_data
from stockctl import passwords
from stockctl.errors import UsageError
from stockctl.submit.account import DOORS, HostKeys, account
from stockctl.submit.transports import UNTESTED, Fault, TransferError
from stockctl.submit.transports.opening import open_transport

if TYPE_CHECKING:
    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings
    from stockctl.submit.account import Account

_WORDS = {
    Fault.WRONG_HOST: "wrong-host",
    Fault.TLS: "tls",
    Fault.HOST_KEY: "host-key",
    Fault.PASSWORD: "password",
    Fault.FOLDER: "folder",
}


# What says that nobody was there to be asked: another host of the agency's may be the one.
_NOT_REACHED = frozenset({Fault.WRONG_HOST, Fault.REFUSED, Fault.STALLED, Fault.LINE})


@dataclass(frozen=True)
class Login:
    """The outcome: the contract's word, what happened, and what to do.

    `host` is the one that was entered, where it is not the agency's usual one.
    """

    agency: str
    login: str
    message: str
    hint: str = ""
    host: str = ""

    @property
    def fine(self) -> bool:
        """Whether the agency's door is open."""
        return self.login == "ok"


@dataclass(frozen=True)
class Trial:
    """A user and a password to be tried before they are kept."""

    user: str
    password: str = field(repr=False)


def test_login(catalogue: Catalogue, settings: Settings, name: str, keys: HostKeys) -> Login:
    """Log in at the agency called `name`, once, with what is kept; see `try_login`."""
    return try_login(catalogue, settings, name, keys, None)


def try_login(catalogue: Catalogue, settings: Settings, name: str, keys: HostKeys, trial: Trial | None) -> Login:
    """Log in at the agency called `name`, once, with what is kept or with a `trial`.

    Where its host is not there, and the agency is said to have others, these
    are tried, too.

    Raises:
        UsageError: no such agency, or it has no door, or there are no credentials.

    """
    agency = agency_data.resolve(name, agency_data.load(settings.folder))
    if trial is not None:
        settings = _tried(settings, agency, trial)
    way = account(catalogue, settings, agency, keys=keys, secret=trial.password if trial else None)
    if way.delivery == "folder":
        raise UsageError(
            f"there is no login to test: {agency.title} gets its files by the outbox",
            hint=_why_outbox(settings, agency),
        )
    found, fault = _entered(agency, way)
    others = () if way.own_host else agency.words("transport.other_hosts")
    if fault in _NOT_REACHED:
        for host in others:
            second, fault = _entered(agency, replace(way, door=replace(way.door, host=host)))
            if fault not in _NOT_REACHED:
                message = f"{second.message}; {way.door.host} is not there any more: {found.message}"
                told = f'set host = "{host}" in [agencies.{agency.name}]'
                return replace(second, message=message, hint="; ".join(filter(None, (told, second.hint))), host=host)
    elif fault is Fault.PASSWORD and others:
        also = f'{agency.title} is said to have another host, too: host = "{others[0]}" in [agencies.{agency.name}]'
        return replace(found, hint=f"{found.hint}; {also}")
    return found


def _tried(settings: Settings, agency: Agency, trial: Trial) -> Settings:
    """Return the settings as they would be with a user that is tried, and sent to the agency's own door."""
    section = settings.section(f"agencies.{agency.name}") | {"user": trial.user, "delivery": "agency"}
    agencies = settings.values.get("agencies", {}) | {agency.name: section}
    return replace(settings, values=settings.values | {"agencies": agencies})


def _entered(agency: Agency, way: Account) -> tuple[Login, Fault | None]:
    """Log in and look into the folder; return what came of it, and what was wrong."""
    transport = open_transport(way.door)
    try:
        transport.enter(way.door.folder)
        line = transport.line()
    except TransferError as error:
        return _failed(agency, way, error), error.fault
    finally:
        transport.close()
    untested = f"; {UNTESTED}" if way.by_api else ""
    message = f"logged in at {way.door.host} as {way.door.user}; the folder is there; {line}{untested}"
    return Login(agency.name, "ok", message), None


def _failed(agency: Agency, way: Account, error: TransferError) -> Login:
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


def needs(agency: Agency) -> list[str]:
    """Say what a person needs before they can log in, as far as it is known.

    Raises:
        UsageError: the agency is closed, or has no door for programs.

    """
    transport = agency.transport
    if agency.closed:
        raise UsageError(f"{agency.title} is closed", hint=f"see what became of it: stockctl agencies {agency.name}")
    if transport.protocol not in DOORS:
        api = agency.text("api.host")
        more = (
            f"; with a key for its API: api_key in [agencies.{agency.name}], see: stockctl help settings" if api else ""
        )
        raise UsageError(
            f"{agency.title} has no login for programs that we know",
            hint=f"`stockctl submit --agency {agency.name}` prepares the files and the sheet for its web page{more}",
        )
    told = [f"{agency.title} takes files by {transport.protocol.upper()} at {transport.host or 'a host that you set'}"]
    if transport.protocol == "ftp":
        told.append("the password and the pictures cross the line unencrypted, unless the server offers TLS")
    if transport.access:
        told.append(f"access: {transport.access}")
    if transport.login:
        told.append(f"login: {transport.login}")
    return told


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

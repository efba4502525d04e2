"""A person's account at an agency: where its door is, with what it opens, and whether it is used at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stockctl import passwords
from stockctl.catalogue.sent import ledger
from stockctl.config import data_folder
from stockctl.errors import SettingsError, UsageError
from stockctl.submit.transports import STALL_SECONDS, UNTESTED, Api, Door

if TYPE_CHECKING:
    from collections.abc import Callable

    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings

CONNECTIONS = 4
_LAST_PORT = 65_535
DOORS = frozenset({"ftp", "ftps", "sftp", "https"})


@dataclass(frozen=True)
class Account:
    """How one agency gets its files from this person.

    `delivery` is the contract's word: folder, ftp, ftps, sftp or https. `notes`
    say what a person should know before anything is sent. `door` leads to the
    agency's host, or to the outbox, where the sheet goes in any case.
    `max_rate` is bytes per second over all connections, 0 for no limit.
    """

    agency: Agency
    delivery: str
    door: Door
    outbox: Path
    connections: int = 1
    notes: tuple[str, ...] = ()
    max_rate: int = 0
    own_host: bool = False

    @property
    def by_api(self) -> bool:
        """Whether the texts go with the files, so that no sheet is needed."""
        return self.door.api is not None

    def host_for(self, kind: str) -> str:
        """Return the host that takes a kind; a host of the person's own takes all."""
        if self.delivery == "folder" or self.own_host:
            return self.door.host
        return self.agency.transport.host_for(kind)


@dataclass(frozen=True)
class HostKeys:
    """What to do about a host whose key is not known: accept it, or ask a person."""

    accept: bool = False
    ask: Callable[[str], bool] | None = None


def account(
    catalogue: Catalogue,
    settings: Settings,
    agency: Agency,
    *,
    outbox: Path | None = None,
    keys: HostKeys | None = None,
    secret: str | None = None,
) -> Account:
    """Return how `agency` is served: through its own door where there are credentials, else by the outbox.

    With `secret`, the password, none is looked for.

    Raises:
        SettingsError: a value means nothing, `delivery` is `agency` without
            credentials, or the password command failed.
        UsageError: `delivery` is `agency` and the agency has no door.

    """
    section = settings.section(f"agencies.{agency.name}")
    where = f"{settings.path}: [agencies.{agency.name}]"
    wanted = section.get("delivery", "")
    if wanted not in {"", "agency", "folder"}:
        raise SettingsError(
            f"delivery must be 'agency' or 'folder', not {wanted!r}", where=where, hint="mend the value"
        )
    protocol = agency.transport.protocol
    if section.get("api_key") and wanted != "folder":
        return _by_api(settings, agency, section, where, outbox_of(agency, outbox))
    if wanted == "agency" and protocol not in DOORS:
        raise UsageError(
            f"{agency.title} has no upload door for programs",
            where=where,
            hint="leave delivery out; see the sheet's next step",
        )
    if wanted == "folder" or protocol not in DOORS:
        return _by_folder(agency, outbox)
    if not section.get("user"):
        if wanted == "agency":
            raise SettingsError("delivery is 'agency', but there is no user", where=where, hint=_credentials(agency))
        return _by_folder(agency, outbox)
    secret = secret or passwords.password(settings, agency.name)
    if secret is None:
        if wanted == "agency":
            raise SettingsError("there is no password", where=where, hint=passwords.ways(agency.name))
        note = f"{agency.title}: a user, but no password, so the outbox is used; {passwords.ways(agency.name)}"
        return _by_folder(agency, outbox, (note,))
    return _by_door(catalogue, agency, section, secret, where, keys or HostKeys(), outbox_of(agency, outbox))


def outbox_of(agency: Agency, outbox: Path | None) -> Path:
    """Return where an agency's sheets, and its files where it has no door for us, are laid out."""
    return ((outbox or data_folder() / "outbox") / agency.name).absolute()


def _by_folder(agency: Agency, outbox: Path | None, notes: tuple[str, ...] = ()) -> Account:
    folder = outbox_of(agency, outbox)
    door = Door(protocol="folder", host="", port=None, user="", password="", folder=str(folder))
    return Account(agency, "folder", door, folder, 1, notes)


def _by_door(
    catalogue: Catalogue,
    agency: Agency,
    section: dict[str, object],
    secret: str,
    where: str,
    keys: HostKeys,
    outbox: Path,
) -> Account:
    transport = agency.transport
    # Whatever the agency's page says of FTP: a password crosses the line in clear only where the person says so.
    tls = str(section.get("tls") or "explicit")
    if tls not in {"explicit", "none"}:
        raise SettingsError(f"tls must be 'explicit' or 'none', not {tls!r}", where=where, hint="mend the value")
    delivery = transport.protocol
    notes: tuple[str, ...] = ()
    if delivery in {"ftp", "ftps"}:
        delivery = "ftps" if tls == "explicit" else "ftp"
    if delivery == "ftp":
        what = "the password and the pictures cross the line unencrypted"
        notes = (f'{agency.title}: plain FTP, as `tls = "none"` asks: {what}',)
    known = section.get("known_hosts")
    host = _host(section, where) or transport.host
    if not host:
        raise SettingsError(f"the host of {agency.title} is not known", where=where, hint="set host")
    usual = min(
        CONNECTIONS,
        int(agency.number("transport.connections") or CONNECTIONS),
        ledger.places(catalogue, agency.name, host) or CONNECTIONS,
    )
    door = Door(
        protocol=delivery,
        host=host,
        port=_whole(section, "port", where, 1, _LAST_PORT) or transport.port or None,
        user=str(section["user"]),
        password=secret,
        folder=str(section.get("folder") or transport.folder),
        tls=tls,
        ca_file=_ca_file(section, where),
        known_hosts=Path(str(known)).expanduser()
        if known
        else catalogue.path.with_name(f"{catalogue.path.name}.known_hosts"),
        accept_new_host_key=keys.accept,
        ask_about_host_key=keys.ask,
        passive=transport.passive,
        stall_seconds=STALL_SECONDS,
    )
    return Account(
        agency,
        delivery,
        door,
        outbox,
        _whole(section, "connections", where, 1) or usual,
        notes,
        max_rate=_whole(section, "max_rate", where, 0),
        own_host=bool(section.get("host")),
    )


def _whole(section: dict[str, object], key: str, where: str, least: int, most: int | None = None) -> int:
    """Return a number of the settings, 0 where it is not set."""
    value = section.get(key)
    if value is None:
        return 0
    assert isinstance(value, int)
    if value < least or (most is not None and value > most):
        bounds = f"from {least} to {most}" if most is not None else f"{least} or more"
        raise SettingsError(f"{key} must be {bounds}, not {value}", where=where, hint="mend the value")
    return value


def _host(section: dict[str, object], where: str) -> str:
    host = str(section.get("host") or "").strip()
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if re.search(r"[/@\s]", host):
        hint = "a name or an address alone; port, user and folder have settings of their own"
        raise SettingsError(f"host is none: {host!r}", where=where, hint=hint)
    return host


def _ca_file(section: dict[str, object], where: str) -> str:
    named = str(section.get("ca_file") or "")
    path = Path(named).expanduser()
    if named and not path.is_file():
        raise SettingsError(f"ca_file is not there: {path}", where=where, hint="mend the path, or take ca_file out")
    return str(path) if named else ""


def _by_api(settings: Settings, agency: Agency, section: dict[str, object], where: str, outbox: Path) -> Account:
    """Return the way through an agency's API, for those who have a key."""
    host = _host(section, where) or agency.text("api.host")
    if not host:
        raise SettingsError(f"no API of {agency.title} is known", where=where, hint="take api_key out")
    url = str(section.get("upload_url") or "")
    if not url.startswith("https://"):
        hint = (
            "set upload_url to a web folder of yours (https://…) that takes PUT: the API fetches the files from there"
        )
        raise SettingsError("upload_url must be an address with https", where=where, hint=hint)
    if not section.get("user"):
        raise SettingsError("there is an api_key, but no user", where=where, hint=_credentials(agency))
    wanted = {"password": True, "client_secret": True, "upload_password": bool(section.get("upload_user"))}
    secrets = {
        what: passwords.password(settings, agency.name, what) if needed else "" for what, needed in wanted.items()
    }
    for what, secret in secrets.items():
        if secret is None:
            raise SettingsError(
                f"there is no {what.replace('_', ' ')}", where=where, hint=passwords.ways(agency.name, what)
            )
    api = Api(
        key=str(section["api_key"]),
        secret=secrets["client_secret"] or "",
        batch_types=dict(agency.items("api.batch_types")),
        upload_url=url,
        upload_user=str(section.get("upload_user") or ""),
        upload_password=secrets["upload_password"] or "",
    )
    door = Door(
        protocol="https",
        host=host,
        port=_whole(section, "port", where, 1, _LAST_PORT) or None,
        user=str(section["user"]),
        password=secrets["password"] or "",
        ca_file=_ca_file(section, where),
        stall_seconds=STALL_SECONDS,
        api=api,
    )
    rate = _whole(section, "max_rate", where, 0)
    note = f"{agency.title}: {UNTESTED}"
    return Account(agency, "https", door, outbox, 1, (note,), max_rate=rate, own_host=True)


def _credentials(agency: Agency) -> str:
    shown = f" ({agency.transport.login})" if agency.transport.login else ""
    return f"set user{shown}; {passwords.ways(agency.name)}"

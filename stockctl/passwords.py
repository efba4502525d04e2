"""Passwords: from the environment, a command or the system's keyring; never kept, never shown.

An agency may want more than one secret: `what` says which, and stands in the
name of the variable, of the setting and of the keyring's entry.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

from stockctl.errors import SettingsError

if TYPE_CHECKING:
    from stockctl.config import Settings

_COMMAND_SECONDS = 60
PASSWORD = "password"  # noqa: S105 - the word, not one


def variable(name: str, what: str = PASSWORD) -> str:
    """Return the environment variable that holds a secret of an agency."""
    return f"STOCKCTL_{name.upper().replace('-', '_')}_{what.upper()}"


def password(settings: Settings, name: str, what: str = PASSWORD) -> str | None:
    """Return the password for an agency, or another secret of it, or None where none is kept.

    Asked in this order: the environment variable, `password_command` of the
    agency's settings, the system's keyring (service `stockctl`, user the
    agency's name, for other secrets followed by a blank and `what`) where the
    keyring package is installed.

    Raises:
        SettingsError: the command failed, or printed nothing.

    """
    found = os.environ.get(variable(name, what))
    if found:
        return found
    command = settings.get(f"agencies.{name}", f"{what}_command")
    if command:
        return by_command(command, f"{settings.path}: [agencies.{name}] {what}_command")
    return by_keyring(_entry(name, what))


def store(name: str, secret: str) -> bool:
    """Put an agency's password into the system's keyring; return whether it is there now."""
    try:
        import keyring
    except ImportError:
        return False
    try:
        keyring.set_password("stockctl", name, secret)
        return bool(keyring.get_password("stockctl", name) == secret)
    except Exception:  # noqa: BLE001 - a backend raises what it likes; its words may hold the password
        return False


def ways(name: str, what: str = PASSWORD) -> str:
    """Return what a person does to give a password or another secret, as a hint."""
    entry = _entry(name, what)
    return (
        f"set {variable(name, what)}, or {what}_command in [agencies.{name}], "
        f"or store it: python -m keyring set stockctl {repr(entry) if ' ' in entry else entry}{_keyring_trouble()}"
    )


def _entry(name: str, what: str) -> str:
    return name if what == PASSWORD else f"{name} {what}"


def by_command(command: str, where: str) -> str:
    """Return the first line that a command of the person's own prints.

    Raises:
        SettingsError: it failed, or printed nothing.

    """
    try:
        done = subprocess.run(  # noqa: S603 - the person's own command, without a shell
            shlex.split(command), capture_output=True, text=True, timeout=_COMMAND_SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        # What the command printed is left out: it may be the password.
        reason = "it took too long" if isinstance(error, subprocess.TimeoutExpired) else str(error)
        raise SettingsError(f"the command failed: {reason}", where=where, hint="run it in a terminal") from None
    lines = done.stdout.splitlines()
    if done.returncode != 0 or not lines or not lines[0]:
        said = "printed nothing" if done.returncode == 0 else f"ended with exit code {done.returncode}"
        raise SettingsError(f"the command {said}", where=where, hint="run it in a terminal") from None
    return lines[0]


def by_keyring(name: str) -> str | None:
    """Return what the system's keyring keeps for stockctl under a name; None where it keeps nothing, or is none."""
    try:
        import keyring
    except ImportError:
        return None
    try:
        return keyring.get_password("stockctl", name) or None
    except Exception:  # noqa: BLE001 - a backend raises what it likes; its words may hold the password
        return None


def _keyring_trouble() -> str:
    """Say why the keyring is no way on this machine, where it is none."""
    try:
        import keyring
        from keyring.backends import fail
    except ImportError:
        return " (needs: pip install 'stockctl[keyring]')"
    try:
        headless = isinstance(keyring.get_keyring(), fail.Keyring)
    except Exception as error:  # noqa: BLE001 - a backend that was named and is not there, or does not start
        return f" (not now: the keyring does not work here: {type(error).__name__})"
    if headless:
        return " (not here: this machine has no keyring, as one without a desktop usually has none)"
    return ""

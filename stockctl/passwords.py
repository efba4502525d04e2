"""Passwords: from the environment, a command or the system's keyring; never kept, never shown."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

from stockctl.errors import SettingsError

if TYPE_CHECKING:
    from stockctl.config import Settings

_COMMAND_SECONDS = 60


def variable(name: str) -> str:
    """Return the environment variable that holds the password of an agency."""
    return f"STOCKCTL_{name.upper().replace('-', '_')}_PASSWORD"


def password(settings: Settings, name: str) -> str | None:
    """Return the password for an agency, or None where none is kept.

    Asked in this order: the environment variable, `password_command` of the
    agency's settings, the system's keyring (service `stockctl`, user the
    agency's name) where the keyring package is installed.

    Raises:
        SettingsError: the command failed, or printed nothing.

    """
    found = os.environ.get(variable(name))
    if found:
        return found
    command = settings.get(f"agencies.{name}", "password_command")
    if command:
        return _by_command(settings, name, command)
    return _by_keyring(name)


def ways(name: str) -> str:
    """Return what a person does to give a password, as a hint."""
    return (
        f"set {variable(name)}, or password_command in [agencies.{name}], "
        f"or store it: python -m keyring set stockctl {name}{_keyring_trouble()}"
    )


def _by_command(settings: Settings, name: str, command: str) -> str:
    where = f"{settings.path}: [agencies.{name}] password_command"
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


def _by_keyring(name: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        found = keyring.get_password("stockctl", name)
    except KeyringError:
        return None
    return found or None


def _keyring_trouble() -> str:
    """Say why the keyring is no way on this machine, where it is none."""
    try:
        import keyring
        from keyring.backends import fail
    except ImportError:
        return " (needs: pip install 'stockctl[keyring]')"
    if isinstance(keyring.get_keyring(), fail.Keyring):
        return " (not here: this machine has no keyring, as one without a desktop usually has none)"
    return ""

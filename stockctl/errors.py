"""What can go wrong for a reason that a person can act on.

    StockctlError                 exit 2 unless a class says otherwise
    ├── UsageError                the call itself: an unknown agency, no such folder
    ├── SettingsError             the settings file: where (file, line), what
    ├── CatalogueError            the catalogue cannot be opened, read or written
    │   └── CatalogueLockedError  another command holds it
    ├── FileProblem               one file: reported, and the batch goes on
    │   ├── UnreadableError       cannot be opened or read
    │   ├── DamagedError          opened, but what it holds is broken
    │   └── RefusedError          sound, but we will not change it
    │       └── ChangedError      somebody else wrote to it meanwhile
    ├── StatementError            an earnings statement: file, line, column, value
    ├── BriefError                a campaign's brief: file, line, key
    └── RemoteError               a server's answer, or none; exit 1

Anything else that escapes is a bug: exit 3, with a report.
"""

from __future__ import annotations

from typing import ClassVar


class StockctlError(Exception):
    """An error with what is wrong, where, and what to do about it.

    `where` is a path, `file:line` or `file:line:column`; `hint` is the next
    step, in the imperative. Both may be empty.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """Return `where: message`, the form in which reports quote it."""
        return f"{self.where}: {self.message}" if self.where else self.message

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes with all three parts."""
        return _rebuild, (type(self), self.message, self.where, self.hint)


def _rebuild(cls: type[StockctlError], message: str, where: str, hint: str) -> StockctlError:
    return cls(message, where=where, hint=hint)


class UsageError(StockctlError):
    """The call is wrong: an unknown name, a missing folder, options that exclude each other."""


class SettingsError(StockctlError):
    """The settings file is broken or holds a key that means nothing."""


class CatalogueError(StockctlError):
    """The catalogue cannot be opened, read, migrated or written."""


class CatalogueLockedError(CatalogueError):
    """Another command holds the catalogue for longer than we wait."""


class FileProblem(StockctlError):  # noqa: N818 - a problem of one file; the batch goes on
    """One file cannot be worked on; it is reported and the rest goes on."""

    exit_code = 1


class UnreadableError(FileProblem):
    """The file cannot be opened or read: missing, no permission, empty, too large."""


class DamagedError(FileProblem):
    """The file was read, but what it holds is broken or truncated."""


class RefusedError(FileProblem):
    """The file is sound, but changing it would lose something; it is left as it was."""


class ChangedError(RefusedError):
    """Another program wrote to the file while we worked on it; what it wrote stands."""


class StatementError(StockctlError):
    """An earnings statement cannot be read: which file, line, column and value."""


class BriefError(StockctlError):
    """A campaign's brief is broken or contradicts itself: which file, line and key."""


class RemoteError(StockctlError):
    """A server refused, failed or did not answer."""

    exit_code = 1

"""The commands of the program, each imported and built when it is called: a call pays for its own options alone."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
import typer.main
from typer.core import TyperGroup

from stockctl.cli.everywhere import with_common_options

if TYPE_CHECKING:
    from collections.abc import Iterator


# No first sentence of a command is longer, in letters.
_SENTENCE = 300


class Group(TyperGroup):
    """A group whose help says of each command what it does in a whole sentence."""

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override] # noqa: ANN401 - a class of the copy that Typer carries
        """Write each command with the whole of its first sentence: one that is cut off tells nobody what it does."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, command.get_short_help_str(_SENTENCE)) for name, command in self.commands.items()]
            )


class Program(Group):
    """A group whose commands are named without being built."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # Typer's own name for it
        """Return the names of the commands, in the order of the work."""
        del ctx
        return list(self.commands)


class OnDemand(Mapping[str, Any]):
    """Commands by name, made of their modules when they are asked for.

    A module's `register(app)` adds one command, or one group of them, of that name.
    """

    def __init__(self, modules: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        """Take the modules by the commands' names, and what the program gives to `typer.Typer`."""
        self._modules = dict(modules)
        self._settings = dict(settings)
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - a command or a group, which Typer has no common name for
        """Return a command, made now if it was not yet."""
        if name not in self._built:
            self._built[name] = self._build(name)
        return self._built[name]

    def _build(self, name: str) -> Any:  # noqa: ANN401 - as above
        alone = typer.Typer(**self._settings)
        # With a callback it is a group, whatever is added to it.
        alone.callback()(_nothing)
        import_module(self._modules[name]).register(alone)
        group = typer.main.get_command(alone)
        return with_common_options(group).commands[name]

    def __iter__(self) -> Iterator[str]:
        """Go over the names."""
        return iter(self._modules)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._modules)


def _nothing() -> None:
    """Do nothing."""

"""The options that every command has, added in one place: a command cannot be without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.core import TyperGroup, TyperOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    import typer
    from typer.core import TyperCommand

QUIET = "--quiet"


def with_common_options(root: object) -> TyperGroup:
    """Give each command of a program the options that it lacks, and return the program."""
    assert isinstance(root, TyperGroup)
    for _, command in commands(root):
        if not any(QUIET in parameter.opts for parameter in command.params):
            command.params.append(_quiet())
    return root


def commands(
    group: TyperGroup, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], TyperCommand | TyperGroup]]:
    """Yield every command with its words (`("vision", "use")`), a group before its own, in the order of `--help`."""
    for name, command in group.commands.items():
        yield (*path, name), command  # type: ignore[misc] # Typer makes no others
        if isinstance(command, TyperGroup):
            yield from commands(command, (*path, name))


def _quiet() -> TyperOption:
    return TyperOption(
        param_decls=[QUIET, "-q"],
        is_flag=True,
        default=False,
        expose_value=False,
        callback=_be_quiet,
        help="Results and errors only: no progress, no notes.",
    )


def _be_quiet(context: typer.Context, _parameter: object, wanted: bool) -> None:  # noqa: FBT001 - the parser's callback signature
    if wanted and not context.resilient_parsing:
        from stockctl.report.terminal import silent

        context.with_resource(silent(when=True))

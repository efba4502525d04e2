"""Give a command its options as one value: each field of a dataclass is one option, declared where it is typed."""

from __future__ import annotations

import dataclasses
import inspect
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

import typer

if TYPE_CHECKING:
    from collections.abc import Callable


Options = TypeVar("Options")


def taking(kind: type[Options], command: Callable[[typer.Context, Options], None]) -> Callable[..., None]:
    """Return a command with the fields of the dataclass `kind` as its options, which is given them as one value.

    A field's annotation holds the `typer.Option` or `typer.Argument`, as a parameter's does.
    """
    hints = get_type_hints(kind, include_extras=True)
    options = [
        inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, default=one.default, annotation=hints[one.name])
        for one in dataclasses.fields(kind)  # type: ignore[arg-type]
    ]
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    parameters = [context, *options]

    def called(context: typer.Context, **given: Any) -> None:  # noqa: ANN401 - each has its own type
        command(context, kind(**given))

    called.__name__, called.__doc__ = command.__name__, command.__doc__
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return called

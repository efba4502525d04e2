"""Workers on other machines, as tests need them."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Workers(Executor):
    """Workers of our own: what each says of a task is for a test to decide."""

    def __init__(self, say: Callable[..., Any]) -> None:
        self.say = say
        self.sent: list[int] = []

    def submit(self, _work: Any, /, *arguments: Any, **_more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.sent.append(len(arguments[1] or b""))
        try:
            future.set_result(self.say(*arguments))
        except BaseException as error:  # noqa: BLE001 - handed on, as an executor does
            future.set_exception(error)
        return future

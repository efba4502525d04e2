"""A list that is packed where it gets long: what is said of a hundred thousand files fits into memory."""

from __future__ import annotations

import pickle
import zlib
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

# So many are packed together, and unpacked by who goes through them; no more than these are left as they are.
PORTION = 500
# The fastest: it makes a tenth of it, and a slower one little less.
_LEVEL = 1


class Packed(Sequence[T], Generic[T]):
    """A list to append to and to go through. What comes back of a long one is equal to what was put in, and not it."""

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._portions: list[bytes] = []
        self._ends: list[int] = []
        self._loose: list[T] = []
        self._last: tuple[int, list[T]] = (-1, [])
        self.extend(items)

    def put(self, item: T) -> Any:  # noqa: ANN401 - whatever is soonest written
        """Return what is written of an item."""
        return item

    def take(self, written: Any) -> T:  # noqa: ANN401 - what `put` returned
        """Return the item of which that was written."""
        item: T = written
        return item

    def append(self, item: T) -> None:
        """Add one."""
        if len(self._loose) == PORTION:
            written = pickle.dumps([self.put(one) for one in self._loose], pickle.HIGHEST_PROTOCOL)
            self._portions.append(zlib.compress(written, _LEVEL))
            self._ends.append(len(self))
            self._loose = []
        self._loose.append(item)

    def extend(self, items: Iterable[T]) -> None:
        """Add some."""
        for item in items:
            self.append(item)

    def __len__(self) -> int:
        """Count them."""
        return (self._ends[-1] if self._ends else 0) + len(self._loose)

    def __iter__(self) -> Iterator[T]:
        """Go through them, a portion at a time."""
        for number in range(len(self._portions)):
            yield from self._portion(number)
        yield from self._loose

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...

    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        """Return one, or some, by their place."""
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        at = place + len(self) if place < 0 else place
        if not 0 <= at < len(self):
            raise IndexError(place)
        number = bisect_right(self._ends, at)
        before = self._ends[number - 1] if number else 0
        if number == len(self._portions):
            return self._loose[at - before]
        if self._last[0] != number:
            self._last = (number, self._portion(number))
        return self._last[1][at - before]

    def _portion(self, number: int) -> list[T]:
        return [self.take(one) for one in pickle.loads(zlib.decompress(self._portions[number]))]  # noqa: S301 - our own, of this run

"""Vectors of texts and words, each computed once in a run."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from stockctl.keyword.embed import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.keyword.embed.embedder import Floats


# So many are remembered, the last ones; each takes 1.5 kilobytes.
MOST = 20_000


class Vectors:
    """The embedder with a memory; the model is loaded when the first unknown text comes."""

    def __init__(self) -> None:
        self._known: dict[str, Floats] = {}

    def of(self, texts: Sequence[str]) -> Floats:
        """Return one unit vector per text, shape (len(texts), 384).

        Raises:
            ModelMissingError: the text model is not installed.

        """
        import numpy as np

        from stockctl.keyword.embed.embedder import load

        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            # Copies: a row of a matrix would keep the whole of it.
            self._known |= {text: row.copy() for text, row in zip(missing, load().embed(missing), strict=True)}
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        found = np.stack([self._known[text] for text in texts])
        for text in list(islice(self._known, max(0, len(self._known) - MOST))):
            del self._known[text]
        return found

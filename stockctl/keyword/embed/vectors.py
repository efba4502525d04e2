"""Vectors of texts and words, each computed once in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.keyword.embed import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockctl.keyword.embed.embedder import Floats


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
            self._known |= dict(zip(missing, load().embed(missing), strict=True))
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        return np.stack([self._known[text] for text in texts])

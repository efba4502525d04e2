"""KeyBERT over a text (Grootendorst 2020), with our embedder and our own candidates.

KeyBERT ranks what its vectorizer yields; ours yields words and phrases that do
not cross a clause. Its built-in stop list and n-grams are not used, and neither
is its diversity (MMR), whose order it sorts away again. KeyBERT asks for
sentence-transformers, and so for torch, which nothing here uses: where it is
not installed, the same score is computed here, and nothing is missing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from stockctl.words.said.reading import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stockctl.keyword.embed.vectors import Vectors


# A text of more words, or of more keywords, is a paragraph.
_LINE_WORDS, _MANY = 60, 25


def keyphrases(texts: Sequence[str], vectors: Vectors) -> list[dict[str, float]]:
    """Return the words and phrases of each text with KeyBERT's score, the cosine to the whole text, -1 to 1.

    Raises:
        ModelMissingError: the text model's files are missing.

    """
    candidates = [_candidates(text) for text in texts]
    wanted = [index for index, words in enumerate(candidates) if words]
    found: list[dict[str, float]] = [{} for _ in texts]
    if not wanted:
        return found
    documents = [texts[index] for index in wanted]
    given = [candidates[index] for index in wanted]
    keybert = _keybert(vectors)
    if keybert is None:
        for index, words in zip(wanted, given, strict=True):
            found[index] = _cosines(texts[index], words, vectors)
        return found
    ranked = keybert.extract_keywords(documents, vectorizer=_Given(given), top_n=max(len(words) for words in given))
    # For one document KeyBERT returns its list bare.
    for index, scored in zip(wanted, [ranked] if len(documents) == 1 else ranked, strict=True):
        found[index] = {word: float(score) for word, score in scored}
    return found


def _cosines(text: str, words: Sequence[str], vectors: Vectors) -> dict[str, float]:
    """Return what KeyBERT returns of a text: its words by their cosine to it, the highest first, to four places."""
    whole, *each = vectors.of([text, *words])
    scores = np.stack(each) @ whole
    order = np.argsort(-scores, kind="stable")
    return {words[place]: round(float(scores[place]), 4) for place in order}


def is_long(text: str) -> bool:
    """Whether a text is long enough for its words to need ranking; a line says them in their order."""
    return len(text.split()) > _LINE_WORDS or len(read(text).units) > _MANY


def _candidates(text: str) -> list[str]:
    """Return the words and phrases of a text, and the parts of these that stand by themselves."""
    return list(dict.fromkeys(word for unit in read(text).units for word in (unit.word, *unit.parts)))


class _Given:
    """A vectorizer, as KeyBERT calls it, that yields the candidates it was given for each document."""

    def __init__(self, candidates: Sequence[Sequence[str]]) -> None:
        self._candidates = candidates
        self._words = list(dict.fromkeys(word for words in candidates for word in words))

    def fit(self, _documents: Sequence[str]) -> _Given:
        return self

    def get_feature_names_out(self) -> NDArray[np.str_]:
        return np.array(self._words)

    def transform(self, _documents: Sequence[str]) -> _Given:
        return self

    def __getitem__(self, document: int) -> NDArray[np.bool_]:
        """Return the row of the term matrix that KeyBERT asks for, shape (1, words)."""
        wanted = set(self._candidates[document])
        return np.array([[word in wanted for word in self._words]])


def _keybert(vectors: Vectors) -> Any:  # noqa: ANN401 - keybert has no types
    """Return KeyBERT over our embedder; None where it is not installed."""
    try:
        from keybert import KeyBERT
    except ImportError:
        return None
    return KeyBERT(model=_backend_class()(vectors))


@cache
def _backend_class() -> Any:  # noqa: ANN401 - keybert has no types
    """Return the backend's class; KeyBERT takes a model only if it descends from its own base."""
    from keybert.backend import BaseEmbedder

    class Backend(BaseEmbedder):  # type: ignore[misc]
        def __init__(self, vectors: Vectors) -> None:
            super().__init__(embedding_model=vectors)

        def embed(self, documents: Sequence[str], verbose: bool = False) -> Any:  # noqa: ANN401, ARG002, FBT001, FBT002 - KeyBERT's signature
            return self.embedding_model.of([str(document) for document in documents])

    return Backend

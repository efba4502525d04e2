"""Text as vectors: all-MiniLM-L6-v2, computed with numpy from files that come with the program.

The model is the one that KeyBERT uses by default (Wang et al., MiniLM, 2020;
Reimers and Gurevych, Sentence-BERT, 2019; Apache-2.0). `model/` beside this
file holds its tokenizer, and its weights as 8-bit integers with a scale for
each row (`.ci/text_model.py` makes them); they are used only where their hash
is the known one.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stockctl.keyword.embed import DIMENSIONS, ModelMissingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Floats = NDArray[np.float32]

FOLDER = Path(__file__).parent / "model"
WEIGHTS_SHA256 = "e561a11dca6932f7de44accb59099c01f6a4456ff929d3b6832e89d4884eb18b"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

_LAYERS, _HEADS, _MAX_TOKENS = 6, 12, 256
_BATCH_TOKENS, _GELU_ROWS = 1024, 64


_AGAIN = "install stockctl again"


@dataclass(frozen=True)
class _Rounded:
    """A matrix as 8-bit integers, and the scale of each row, shape (rows, 1)."""

    values: NDArray[np.int8]
    scale: Floats

    def rows(self, which: NDArray[np.int64]) -> Floats:
        """Return some rows, shape (*which.shape, columns), float32."""
        found: Floats = self.values[which] * self.scale[which]
        return found

    def turned(self) -> Floats:
        """Return the whole with rows and columns exchanged, float32."""
        return np.multiply(self.values.T, self.scale.T, dtype=np.float32, order="C")


@dataclass(frozen=True)
class _Layer:
    """One encoder layer; matrices are (in, out), the three projections of attention joined in one."""

    qkv: Floats
    qkv_bias: Floats
    output: Floats
    output_bias: Floats
    norm1: tuple[Floats, Floats]
    up: Floats
    up_bias: Floats
    down: Floats
    down_bias: Floats
    norm2: tuple[Floats, Floats]


@dataclass(frozen=True)
class Embedder:
    """The loaded model; `load()` returns the one of this process."""

    tokenizer: Tokenizer
    words: _Rounded
    positions: Floats
    norm: tuple[Floats, Floats]
    layers: tuple[_Layer, ...]

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return one unit vector per text, shape (len(texts), 384), float32.

        A text longer than 256 tokens is cut there; an empty one has a vector too.
        """
        encoded = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(encoded), DIMENSIONS), np.float32)
        # Texts of one length need no padding: longest first, in batches of bounded work.
        order = sorted(range(len(encoded)), key=lambda index: len(encoded[index]))
        start = 0
        while start < len(order):
            length = len(encoded[order[start]])
            end = start
            while end < len(order) and len(encoded[order[end]]) == length and (end - start) * length < _BATCH_TOKENS:
                end += 1
            batch = order[start:end]
            vectors[batch] = self._forward(np.array([encoded[index] for index in batch]))
            start = end
        return vectors

    def _forward(self, ids: NDArray[np.int64]) -> Floats:
        count, length = ids.shape
        state = _normed(self.words.rows(ids) + self.positions[:length], self.norm)
        state = state.reshape(count * length, DIMENSIONS)
        size = DIMENSIONS // _HEADS
        for layer in self.layers:
            projected = (state @ layer.qkv + layer.qkv_bias).reshape(count, length, 3, _HEADS, size)
            query, key, value = projected.transpose(2, 0, 3, 1, 4)
            weights = query @ key.transpose(0, 1, 3, 2)
            weights -= weights.max(axis=-1, keepdims=True)
            np.exp(weights, out=weights)
            weights /= weights.sum(axis=-1, keepdims=True)
            mixed = (weights @ value).transpose(0, 2, 1, 3).reshape(count * length, DIMENSIONS)
            state = _normed(state + mixed @ layer.output + layer.output_bias, layer.norm1)
            inner = _gelu(state @ layer.up + layer.up_bias)
            state = _normed(state + inner @ layer.down + layer.down_bias, layer.norm2)
        pooled = state.reshape(count, length, DIMENSIONS).mean(axis=1)
        unit: Floats = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return unit


def _normed(state: Floats, norm: tuple[Floats, Floats]) -> Floats:
    scaled: Floats = state - state.mean(axis=-1, keepdims=True)
    spread = np.sqrt(np.einsum("...i,...i->...", scaled, scaled) / DIMENSIONS + np.float32(1e-12))
    scaled /= spread[..., None]
    scaled *= norm[0]
    scaled += norm[1]
    return scaled


def _gelu(x: Floats) -> Floats:
    """Make each x of an array (rows, width) x·Φ(x), in place; erf by Abramowitz and Stegun 7.1.26, off by 1.5e-7."""
    # A few rows at a time: all steps are done before they leave the processor's cache.
    for start in range(0, len(x), _GELU_ROWS):
        part = x[start : start + _GELU_ROWS]
        size = np.abs(part)
        z = size * np.float32(0.7071067811865476)
        t = z * np.float32(0.3275911)
        t += 1
        np.reciprocal(t, out=t)
        tail = t * np.float32(1.061405429)
        for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
            tail += np.float32(factor)
            tail *= t
        np.multiply(z, z, out=z)
        np.negative(z, out=z)
        tail *= np.exp(z, out=z)
        # For x ≥ 0 it is x − x·tail/2, else x·tail/2.
        tail *= size
        tail *= np.float32(0.5)
        np.maximum(part, 0, out=part)
        part -= tail
    return x


@cache
def load() -> Embedder:
    """Load the model, once per process.

    Raises:
        ModelMissingError: a file of it is missing, or not the known one.

    """
    weights = FOLDER / "weights.safetensors"
    tokenizer_file = FOLDER / "tokenizer.json"
    try:
        with weights.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        tokenizer_data = tokenizer_file.read_bytes()
    except (OSError, ValueError) as error:
        raise ModelMissingError(f"the text model cannot be read: {error}", where=str(FOLDER), hint=_AGAIN) from error
    for path, content, known in (
        (weights, data, WEIGHTS_SHA256),
        (tokenizer_file, tokenizer_data, TOKENIZER_SHA256),
    ):
        if hashlib.sha256(content).hexdigest() != known:
            raise ModelMissingError(
                "the text model is not the known one: its hash differs",
                where=str(path),
                hint=_AGAIN,
            )
    _let_go(data)
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(tokenizer_data)
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MAX_TOKENS)
    made = _assembled(_tensors(data), tokenizer)
    _let_go(data)
    return made


def _let_go(data: mmap.mmap) -> None:
    """Hold no page of a file that is mapped, where the system can: what is asked for again is read again."""
    if hasattr(mmap, "MADV_DONTNEED"):
        data.madvise(mmap.MADV_DONTNEED)


def _tensors(data: mmap.mmap) -> dict[str, NDArray[Any]]:
    """Return the tensors of a safetensors file (float32, 8-bit integers) as views on it."""
    (size,) = struct.unpack_from("<Q", data)
    header: dict[str, Any] = json.loads(data[8 : 8 + size])
    tensors: dict[str, NDArray[Any]] = {}
    for name, entry in header.items():
        kind = np.dtype({"F32": np.float32, "I8": np.int8}[entry["dtype"]])
        start, end = entry["data_offsets"]
        flat = np.frombuffer(data, kind, (end - start) // kind.itemsize, 8 + size + start)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


def _assembled(tensors: dict[str, NDArray[Any]], tokenizer: Tokenizer) -> Embedder:
    def rounded(name: str) -> _Rounded:
        return _Rounded(tensors[f"{name}.weight"], tensors[f"{name}.weight.scale"])

    def norm(name: str) -> tuple[Floats, Floats]:
        return tensors[f"{name}.LayerNorm.weight"], tensors[f"{name}.LayerNorm.bias"]

    def layer(number: int) -> _Layer:
        at = f"encoder.layer.{number}"
        parts = [f"{at}.attention.self.{name}" for name in ("query", "key", "value")]
        qkv = np.concatenate([rounded(part).turned() for part in parts], axis=1)
        bias = np.concatenate([tensors[f"{part}.bias"] for part in parts])
        # The scale of attention is put into the query's projection once.
        scale = np.float32((DIMENSIONS / _HEADS) ** -0.5)
        qkv[:, :DIMENSIONS] *= scale
        bias[:DIMENSIONS] *= scale
        return _Layer(
            qkv=qkv,
            qkv_bias=bias,
            output=rounded(f"{at}.attention.output.dense").turned(),
            output_bias=tensors[f"{at}.attention.output.dense.bias"],
            norm1=norm(f"{at}.attention.output"),
            up=rounded(f"{at}.intermediate.dense").turned(),
            up_bias=tensors[f"{at}.intermediate.dense.bias"],
            down=rounded(f"{at}.output.dense").turned(),
            down_bias=tensors[f"{at}.output.dense.bias"],
            norm2=norm(f"{at}.output"),
        )

    return Embedder(
        tokenizer=tokenizer,
        words=rounded("embeddings.word_embeddings"),
        positions=tensors["embeddings.positions"],
        norm=norm("embeddings"),
        layers=tuple(layer(number) for number in range(_LAYERS)),
    )

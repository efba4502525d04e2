"""A real ONNX model of a few bytes, written by hand: two towers that meet in the colour of a picture.

The picture's tower takes the mean of each channel and turns it into three numbers,
the text's tower looks each token up in a table and takes the mean. Messages and
field numbers are those of onnx.proto3.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_FLOAT, _INT64 = 1, 7
# Each word's place among red, green and blue.
COLOURS = {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1), "yellow": (1, 1, 0), "gray": (0.1, 0.1, 0.1)}


def _varint(value: int) -> bytes:
    parts = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        parts.append(low | (0x80 if value else 0))
        if not value:
            return bytes(parts)


def _field(number: int, value: bytes | str | int) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _tensor(name: str, values: NDArray[np.float32]) -> bytes:
    dims = b"".join(_field(1, side) for side in values.shape)
    return dims + _field(2, _FLOAT) + _field(8, name) + _field(9, values.astype("<f4").tobytes())


def _node(kind: str, inputs: Sequence[str], output: str, axes: Sequence[int] = ()) -> bytes:
    node = b"".join(_field(1, name) for name in inputs) + _field(2, output) + _field(4, kind)
    if axes:
        node += _field(5, _field(1, "axes") + b"".join(_field(8, axis) for axis in axes) + _field(20, 7))
        node += _field(5, _field(1, "keepdims") + _field(3, 0) + _field(20, 2))
    return node


def _value(name: str, kind: int, shape: Sequence[int | str]) -> bytes:
    dims = b"".join(_field(1, _field(2 if isinstance(side, str) else 1, side)) for side in shape)
    return _field(1, name) + _field(2, _field(1, _field(1, kind) + _field(2, dims)))


def _model(nodes: Sequence[bytes], tensors: Sequence[bytes], given: bytes, output: bytes) -> bytes:
    graph = b"".join(_field(1, node) for node in nodes) + _field(2, "graph")
    graph += b"".join(_field(5, tensor) for tensor in tensors) + _field(11, given) + _field(12, output)
    return _field(1, 8) + _field(8, _field(1, "") + _field(2, 13)) + _field(7, graph)


def image_tower(side: int = 8) -> bytes:
    """Return a model: pixel_values (n, 3, side, side) to image_embeds (n, 3), the mean colour."""
    return _model(
        [_node("ReduceMean", ["pixel_values"], "mean", [2, 3]), _node("MatMul", ["mean", "mix"], "image_embeds")],
        [_tensor("mix", np.eye(3, dtype=np.float32) * 2)],
        _value("pixel_values", _FLOAT, ["n", 3, side, side]),
        _value("image_embeds", _FLOAT, ["n", 3]),
    )


def text_tower(words: Sequence[str]) -> bytes:
    """Return a model: input_ids (n, tokens) to text_embeds (n, 3), the mean of the words' colours."""
    table = np.array([COLOURS.get(word, (0, 0, 0)) for word in words], np.float32)
    return _model(
        [_node("Gather", ["table", "input_ids"], "found"), _node("ReduceMean", ["found"], "text_embeds", [1])],
        [_tensor("table", table)],
        _value("input_ids", _INT64, ["n", "tokens"]),
        _value("text_embeds", _FLOAT, ["n", 3]),
    )


def write_model(folder: Path) -> None:
    """Write the four files of a model as an export for transformers.js lays them out."""
    words = ["[PAD]", "[UNK]", "a", "photo", "of", ".", *COLOURS]
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    (folder / "onnx").mkdir(parents=True)
    (folder / "onnx" / "vision_model_quantized.onnx").write_bytes(image_tower())
    (folder / "onnx" / "text_model_quantized.onnx").write_bytes(text_tower(words))
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "preprocessor_config.json").write_text(
        json.dumps(
            {
                "do_resize": True, "size": {"shortest_edge": 8}, "resample": 3, "do_center_crop": True, "crop_size": 8,
                "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True,
                "image_mean": [0.25, 0.25, 0.25], "image_std": [0.5, 0.5, 0.5],
            }
        )
    )  # fmt: skip

"""TIFF files in every form, written by us from known pixels (TIFF 6.0, BigTIFF)."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NONE, DEFLATE, PACKBITS = 1, 8, 32773
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, LAB = 0, 1, 2, 3, 5, 6, 8
_KINDS = {"u": 1, "i": 2, "f": 3}


def tiff(
    pixels: NDArray[Any],
    photometric: int,
    *,
    bits: int = 0,
    planes: int = 1,
    compression: int = NONE,
    order: str = "<",
    big: bool = False,
    predictor: int = 1,
    extra: tuple[int, ...] = (),
    tile: int = 0,
    tags: dict[int, tuple[int, ...]] | None = None,
) -> bytes:
    """Return a TIFF of pixels (height, width, samples); `bits` below those of the array pack them."""
    height, width, samples = pixels.shape
    bits = bits or pixels.dtype.itemsize * 8
    layers = [pixels] if planes == 1 else [pixels[..., [each]] for each in range(samples)]
    rows = tile or (height + 1) // 2
    blocks = [
        _packed(_coded(block, bits, order, predictor), compression)
        for layer in layers
        for block in (_tiles(layer, tile) if tile else [layer[top : top + rows] for top in range(0, height, rows)])
    ]
    entries = {
        256: (width,),
        257: (height,),
        258: (bits,) * samples,
        259: (compression,),
        262: (photometric,),
        277: (samples,),
        284: (planes,),
        317: (predictor,),
        339: (_KINDS[pixels.dtype.kind],) * samples,
        **({322: (tile,), 323: (tile,)} if tile else {278: (rows,)}),
        **({338: extra} if extra else {}),
        **(tags or {}),
    }
    return _file(entries, blocks, (324, 325) if tile else (273, 279), order, big=big)


def _tiles(layer: NDArray[Any], side: int) -> list[NDArray[Any]]:
    height, width = layer.shape[:2]
    padded = np.pad(layer, ((0, -height % side), (0, -width % side), (0, 0)), mode="edge")
    return [
        padded[top : top + side, left : left + side]
        for top in range(0, padded.shape[0], side)
        for left in range(0, padded.shape[1], side)
    ]


def _coded(block: NDArray[Any], bits: int, order: str, predictor: int) -> list[bytes]:
    """Return a block's rows as bytes."""
    if bits < block.dtype.itemsize * 8:
        flat = block.reshape(len(block), -1).astype(np.uint64)
        spread = (flat[..., None] >> np.arange(bits - 1, -1, -1, dtype=np.uint64)) & 1
        packed = np.packbits(spread.reshape(len(block), -1).astype(np.uint8), axis=1)
        return [row.tobytes() for row in packed]
    if predictor == 2:
        block = np.concatenate([block[:, :1], np.diff(block, axis=1)], axis=1)
    return [row.astype(row.dtype.newbyteorder(order)).tobytes() for row in block]


def _packed(rows: list[bytes], compression: int) -> bytes:
    if compression == DEFLATE:
        return zlib.compress(b"".join(rows))
    if compression == PACKBITS:
        runs = (row[at : at + 128] for row in rows for at in range(0, len(row), 128))
        return b"".join(bytes([len(run) - 1]) + run for run in runs)
    return b"".join(rows)


def _file(
    entries: dict[int, tuple[int, ...]], blocks: list[bytes], where: tuple[int, int], order: str, *, big: bool
) -> bytes:
    word, type_, head = ("Q", 16, 16) if big else ("I", 4, 8)
    size = struct.calcsize(order + word)
    entries |= {where[0]: (0,) * len(blocks), where[1]: tuple(map(len, blocks))}
    directory = head + (8 + 20 * len(entries) + 8 if big else 2 + 12 * len(entries) + 4)
    beside = directory
    data = beside + sum(size * len(values) for values in entries.values() if len(values) > 1)
    starts = [data + sum(map(len, blocks[:each])) for each in range(len(blocks))]
    entries[where[0]] = tuple(starts)
    table, values_ = b"", b""
    for tag, values in sorted(entries.items()):
        packed = struct.pack(f"{order}{len(values)}{word}", *values)
        inline = packed if len(values) == 1 else struct.pack(order + word, beside + len(values_))
        values_ += b"" if len(values) == 1 else packed
        table += struct.pack(f"{order}HH{word}", tag, type_, len(values)) + inline
    mark = b"II" if order == "<" else b"MM"
    start = mark + struct.pack(order + "HHHQ", 43, 8, 0, head) if big else mark + struct.pack(order + "HI", 42, head)
    count = struct.pack(order + ("Q" if big else "H"), len(entries))
    return start + count + table + bytes(size) + values_ + b"".join(blocks)

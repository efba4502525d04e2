"""Ways to spoil a file: each takes bytes and a random source, and returns other bytes."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

# Counts, sizes and offsets at which readers go wrong.
_NUMBERS = (0, 1, 2, 7, 127, 128, 255, 256, 0x7FFF, 0xFFFF, 0x0FFFFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)
# How often a part is repeated at the most: what takes more than linear time shows there.
_REPEATED = 2000


def _flipped(data: bytearray, random: Random) -> bytearray:
    for _ in range(random.randint(1, 8)):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return data


def _random_bytes(data: bytearray, random: Random) -> bytearray:
    at, length = random.randrange(len(data)), random.randint(1, 32)
    data[at : at + length] = random.randbytes(min(length, len(data) - at))
    return data


def _number(data: bytearray, random: Random) -> bytearray:
    letter = random.choice("BHHIIQ")
    value = random.choice((*_NUMBERS, len(data), random.getrandbits(32)))
    packed = struct.pack(random.choice("<>") + letter, value & (1 << 8 * struct.calcsize("<" + letter)) - 1)
    at = random.randrange(max(1, len(data) - len(packed)))
    data[at : at + len(packed)] = packed
    return data


def _head_number(data: bytearray, random: Random) -> bytearray:
    """Change a number in the first part, where sizes and counts stand."""
    head = 64 if random.random() < 0.5 else 1024
    return _number(data[:head], random) + data[head:]


def _cut(data: bytearray, random: Random) -> bytearray:
    return data[: random.randrange(1, len(data))]


def _without(data: bytearray, random: Random) -> bytearray:
    at = random.randrange(len(data))
    del data[at : at + random.randint(1, 64)]
    return data


def _inserted(data: bytearray, random: Random) -> bytearray:
    at = random.randrange(len(data))
    data[at:at] = random.choice((bytes(random.randint(1, 64)), b"\xff" * random.randint(1, 64), random.randbytes(9)))
    return data


def _repeated(data: bytearray, random: Random) -> bytearray:
    at, length = random.randrange(len(data)), random.choice((1, 2, 4, 8, 12, 20, 64))
    data[at:at] = data[at : at + length] * random.randint(2, _REPEATED)
    return data


def _digits(data: bytearray, random: Random) -> bytearray:
    """Put another number where a text has one."""
    found = list(re.finditer(rb"\d+", data))
    if not found:
        return _number(data, random)
    place = random.choice(found)
    fresh = random.choice((b"0", b"-1", b"9" * random.randint(5, 5000), b"1e999", b"nan", b"4294967296", b"0.0.0"))
    data[place.start() : place.end()] = fresh
    return data


def _controls(data: bytearray, random: Random) -> bytearray:
    at = random.randrange(len(data))
    data[at:at] = random.choice((b"\x1b[2J", "\u202e".encode(), b"\0", b"\r\n", b"\x9b", b"]]>", b"&#27;", b'"'))
    return data


MUTATIONS: tuple[Callable[[bytearray, Random], bytearray], ...] = (
    *(_flipped, _random_bytes, _number, _head_number, _head_number, _cut),
    *(_without, _inserted, _repeated, _digits, _controls),
)


def mutated(data: bytes, random: Random) -> bytes:
    """Return a spoilt file; one in ten is spoilt in several ways."""
    spoilt = bytearray(data)
    for _ in range(1 if random.random() < 0.9 else random.randint(2, 5)):
        if not spoilt:
            break
        spoilt = random.choice(MUTATIONS)(spoilt, random)
    return bytes(spoilt)

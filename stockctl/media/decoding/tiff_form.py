"""The form of a TIFF's first picture, and which forms are read here without doubt.

By TIFF 6.0, Adobe's technical notes and BigTIFF's design. Pillow takes more than
it reads rightly (whites for blacks in 16 bits, packed 12 bits, 32-bit numbers, the
other byte order), so what is read is listed, and all else is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockctl.errors import DamagedError
from stockctl.media import directories

if TYPE_CHECKING:
    from stockctl.files.source import Memory

# TIFF 6.0, by number.
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 256, 257, 258, 259, 262, 266
_SAMPLES, _PLANES, _EXTRA, _FORMAT, _SUBSAMPLING = 277, 284, 338, 339, 530
_PICTURES = ((273, 279), (324, 325))
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _CMYK, _YCBCR, _LAB = 0, 1, 2, 3, 5, 6, 8
_MODES = {0: "L", 1: "L", 2: "RGB", 3: "P", 5: "CMYK", 6: "RGB", 8: "LAB", 9: "LAB", 10: "LAB"}
# How many samples a pixel has beside those that are more than its colour.
_COLOURS = {_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _PALETTE: 1, _CMYK: 4, _YCBCR: 3, _LAB: 3}
_UNSIGNED, _SIGNED, _FLOAT, _UNDEFINED = 1, 2, 3, 4
_PLAIN, _OLD_JPEG, _JPEG = 1, 6, 7
# Compressions that libtiff, as it comes with Pillow, unpacks.
_UNPACKED = frozenset({_PLAIN, 2, 3, 4, 5, _OLD_JPEG, _JPEG, 8, 32771, 32773, 32946, 34925, 50000})
_NAMES = {
    34676: "LogLuv", 34712: "JPEG 2000", 34887: "LERC", 34892: "lossy JPEG", 50001: "WebP", 50002: "JPEG XL",
}  # fmt: skip
_UNASSOCIATED = 2
# More numbers than any picture has strips or samples.
_MOST = 1_000_000


@dataclass(frozen=True)
class Form:
    """How the first picture of a TIFF is written; `bits` of each sample, `extra` what each further sample means."""

    width: int
    height: int
    bits: tuple[int, ...]
    samples: int
    planes: int
    kind: int
    compression: int
    photometric: int
    extra: tuple[int, ...]
    subsampled: bool
    reversed_bits: bool
    big_endian: bool
    big: bool

    @property
    def mode(self) -> str:
        """Pillow's name for the channels."""
        return _MODES.get(self.photometric, "RGB")

    def not_read(self) -> str:
        """Return what of the form is not read here; an empty text where it is read rightly."""
        bits = self.bits[0]
        if self.compression not in _UNPACKED:
            return f"TIFF packed as {_NAMES.get(self.compression, f'number {self.compression}')}"
        if self.big and self.big_endian:
            return "BigTIFF in Motorola's byte order"
        if len(set(self.bits)) > 1 or self.kind not in {_UNSIGNED, _FLOAT, _UNDEFINED}:
            signed = "signed numbers" if self.kind == _SIGNED else "numbers of other kinds"
            return "TIFF of unequal bits" if len(set(self.bits)) > 1 else f"TIFF of {signed}"
        if self.reversed_bits and bits > 4:
            return f"TIFF of {bits} bits, the lowest first"
        if self.kind == _FLOAT:
            whole = self.samples == 1 and bits == 32 and self.photometric == _BLACK_IS_ZERO and not self.big_endian
            where = "colour " if self.samples > 1 else ""
            return "" if whole else f"{where}TIFF of {bits}-bit floating-point numbers"
        return self._not_read_of_numbers(bits)

    def _not_read_of_numbers(self, bits: int) -> str:
        reader = {
            _WHITE_IS_ZERO: self._grey,
            _BLACK_IS_ZERO: self._grey,
            _RGB: self._rgb,
            _PALETTE: self._palette,
            _CMYK: self._cmyk,
            _YCBCR: self._ycbcr,
            _LAB: self._lab,
        }.get(self.photometric)
        if reader is None or self.further < 0:
            return f"TIFF of photometric kind {self.photometric} in {self.samples} samples"
        if reader(bits):
            return ""
        further = f" with {self.further} further channels" if self.further else ""
        planes = " in separate planes" if self.planes == 2 else ""
        name = {_CMYK: "CMYK ", _YCBCR: "YCbCr ", _LAB: "Lab ", _PALETTE: "palette "}.get(self.photometric, "")
        return f"{name}TIFF of {bits} bits per channel{further}{planes}"

    @property
    def further(self) -> int:
        """How many samples a pixel has beside its colour."""
        return self.samples - _COLOURS.get(self.photometric, self.samples)

    def _grey(self, bits: int) -> bool:
        if self.further:
            return self.further == 1 and bits == 8 and self.planes == 1 and self.photometric == _BLACK_IS_ZERO
        black = self.photometric == _BLACK_IS_ZERO
        if self.planes == 2:
            return bits in {8, 16} and black
        return bits in {1, 2, 4, 8} or (bits == 16 and black)

    def _rgb(self, bits: int) -> bool:
        if self.planes == 2:
            return bits in {8, 16} and (not self.further or self.extra == (_UNASSOCIATED,))
        return (bits == 8 and self.further <= 3) or (bits == 16 and self.further <= 1)

    def _palette(self, bits: int) -> bool:
        return bits in {1, 2, 4, 8} and not self.further

    def _cmyk(self, bits: int) -> bool:
        if self.further and (bits != 8 or any(self.extra)):
            return False
        return bits in {8, 16} and (self.planes == 1 or not self.further)

    def _ycbcr(self, bits: int) -> bool:
        packed = self.compression in {_JPEG, _OLD_JPEG}
        return bits == 8 and not self.further and (packed or (self.planes == 1 and not self.subsampled))

    def _lab(self, bits: int) -> bool:
        return bits == 8 and not self.further and self.planes == 1 and self.compression not in {_JPEG, _OLD_JPEG}


def form(source: Memory) -> tuple[Form, directories.Flavour, directories.Directory]:
    """Read the form of a TIFF's first picture.

    Raises:
        DamagedError: there is no directory, or it leads out of the file.

    """
    flavour, start = directories.header(source)
    page = directories.read(source, flavour, start)

    def numbers(tag: int, default: tuple[int, ...]) -> tuple[int, ...]:
        entry = page.get(tag)
        return (entry and all_numbers(source, flavour, entry)) or default

    samples = numbers(_SAMPLES, (1,))[0]
    bits = numbers(_BITS, (1,))
    found = Form(
        width=numbers(_WIDTH, (0,))[0],
        height=numbers(_HEIGHT, (0,))[0],
        bits=bits,
        samples=samples,
        planes=numbers(_PLANES, (1,))[0],
        kind=numbers(_FORMAT, (1,))[0],
        compression=numbers(_COMPRESSION, (1,))[0],
        photometric=numbers(_PHOTOMETRIC, (1,))[0],
        extra=numbers(_EXTRA, ()),
        subsampled=numbers(_SUBSAMPLING, (2, 2)) != (1, 1),
        reversed_bits=numbers(_FILL_ORDER, (1,))[0] == 2,
        big_endian=flavour.order == ">",
        big=flavour.big,
    )
    return found, flavour, page


def all_numbers(source: Memory, flavour: directories.Flavour, entry: directories.Entry) -> tuple[int, ...]:
    """Return an entry's whole numbers; none where it holds others, or more than any picture has.

    Raises:
        DamagedError: they do not lie within the file.

    """
    letter = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}.get(entry.type)
    if letter is None or not 0 < entry.values <= _MOST:
        return ()
    return flavour.unpack(f"{entry.values}{letter}", directories.value(source, entry))


def leads_out(source: Memory, flavour: directories.Flavour, page: directories.Directory) -> bool:
    """Whether strips or tiles of a picture are said to lie where the file has no bytes any more."""
    for where, lengths in _PICTURES:
        starts, sizes = page.get(where), page.get(lengths)
        if starts is None or sizes is None:
            continue
        try:
            offsets, counts = (all_numbers(source, flavour, entry) for entry in (starts, sizes))
        except DamagedError:
            return True
        if any(at + count > source.size for at, count in zip(offsets, counts, strict=False)):
            return True
    return False

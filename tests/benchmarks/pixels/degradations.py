"""What is done to good photos, and what to their files; arrays are uint8 (height, width, 3), sRGB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import simplejpeg

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Degrade = Callable[[Pixels, np.random.Generator], Pixels]


def encoded(pixels: Pixels, quality: int = 95) -> bytes:
    """Return a JPEG, 4:2:0, as a degraded picture is handed in."""
    return bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality=quality, colorsubsampling="420"))


def blurred(pixels: Pixels, _: np.random.Generator) -> Pixels:
    return _pixels(cv2.GaussianBlur(pixels, (0, 0), 1.2))


def shaken(length: int) -> Degrade:
    reach = length // 2

    def shake(pixels: Pixels, random: np.random.Generator) -> Pixels:
        angle = np.deg2rad(random.uniform(0, 180))
        kernel = np.zeros((length, length), np.float32)
        for t in np.linspace(-reach, reach, 9 * length):
            kernel[round(reach + t * np.sin(angle)), round(reach + t * np.cos(angle))] += 1
        return _pixels(cv2.filter2D(pixels, -1, kernel / kernel.sum()))

    return shake


def noisy(sigma: float) -> Degrade:
    return lambda pixels, random: _clipped(pixels + random.standard_normal(pixels.shape, dtype=np.float32) * sigma)


def blotched(pixels: Pixels, random: np.random.Generator) -> Pixels:
    coded = cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb)
    noise = random.standard_normal((*pixels.shape[:2], 2), dtype=np.float32) * 5
    coded[..., 1:] = _clipped(coded[..., 1:] + noise)
    return _pixels(cv2.cvtColor(coded, cv2.COLOR_YCrCb2RGB))


def compressed(pixels: Pixels, _: np.random.Generator) -> Pixels:
    return _pixels(simplejpeg.decode_jpeg(encoded(pixels, 50)))


def fringed(pixels: Pixels, _: np.random.Generator) -> Pixels:
    height, width = pixels.shape[:2]
    corner = 1 / float(np.hypot(height / 2, width / 2))
    result = pixels.copy()
    for channel, scale in ((0, 1 + corner), (2, 1 - corner)):
        move = np.array([[scale, 0, width / 2 * (1 - scale)], [0, scale, height / 2 * (1 - scale)]], np.float32)
        plane = np.ascontiguousarray(pixels[..., channel])
        result[..., channel] = cv2.warpAffine(
            plane, move, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
    return result


def exposed(stops: float) -> Degrade:
    levels = np.arange(256) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4) * 2.0**stops
    linear = np.clip(linear, 0, 1)
    table = _clipped(255 * np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055))
    return lambda pixels, _: _pixels(cv2.LUT(pixels, table))


def posterised(pixels: Pixels, _: np.random.Generator) -> Pixels:
    return _pixels((pixels >> 3 << 3) | 4)


def enlarged(times: float, kernel: int, *, halved: bool = True) -> Degrade:
    """Enlarge a picture that was made smaller before, or (not `halved`) its upper left part as the camera gave it."""

    def enlarge(pixels: Pixels, _: np.random.Generator) -> Pixels:
        height, width = pixels.shape[:2]
        size = round(width / times), round(height / times)
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if halved else pixels[: size[1], : size[0]]
        return _pixels(cv2.resize(small, (width, height), interpolation=kernel))

    return enlarge


def smaller(pixels: Pixels, _: np.random.Generator) -> Pixels:
    return _pixels(cv2.resize(pixels, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA))


def tinted(pixels: Pixels, _: np.random.Generator) -> Pixels:
    return _clipped(pixels * np.array([1.12, 1.0, 0.9], np.float32))


def dusty(pixels: Pixels, random: np.random.Generator) -> Pixels:
    height, width = pixels.shape[:2]
    spots = np.zeros((height, width), np.float32)
    for _ in range(8):
        centre = (int(random.integers(20, width - 20)), int(random.integers(20, height - 20)))
        cv2.circle(spots, centre, 6, 1.0, -1)
    soft = cv2.GaussianBlur(spots, (0, 0), 1)
    return _clipped(pixels * (1 - 0.1 * soft)[..., None])


def sharpened(amount: float, radius: float) -> Degrade:
    return lambda pixels, _: _pixels(
        cv2.addWeighted(pixels, 1 + amount, cv2.GaussianBlur(pixels, (0, 0), radius), -amount, 0)
    )


def _pixels(array: object) -> Pixels:
    return np.asarray(array, dtype=np.uint8)


def _clipped(array: NDArray[Any]) -> Pixels:
    clipped: Pixels = np.clip(np.rint(array), 0, 255).astype(np.uint8)
    return clipped


# Name → what is done, and the rule, or its limit for a camera's picture, whose measurement must tell.
DEGRADATIONS: dict[str, tuple[Degrade, str]] = {
    "blur-1.2": (blurred, "out-of-focus"),
    **{f"motion-{length}": (shaken(length), "motion-blur") for length in (9, 15, 25)},
    "noise-3": (noisy(3), "noise"),
    "noise-6": (noisy(6), "noise"),
    "chroma-noise-5": (blotched, "chroma-noise"),
    "jpeg-50": (compressed, "compression-artefacts"),
    "ca-1": (fringed, "fringing"),
    "over-2": (exposed(2), "overexposed-of-a-camera"),
    "over-1.5": (exposed(1.5), "overexposed-of-a-camera"),
    "under-1.5": (exposed(-1.5), "underexposed"),
    "posterised-5": (posterised, "banding"),
    "upscaled-2": (enlarged(2, cv2.INTER_CUBIC), "upscaled"),
    **{
        f"upscaled-{times:g}-{name}": (enlarged(times, kernel), "enlarged")
        for times in (2, 1.5)
        for name, kernel in (("cubic", cv2.INTER_CUBIC), ("lanczos", cv2.INTER_LANCZOS4), ("linear", cv2.INTER_LINEAR))
    },
    "upscaled-2-native": (enlarged(2, cv2.INTER_CUBIC, halved=False), "enlarged"),
    "colour-cast": (tinted, "colour-cast"),
    "dust-8": (dusty, "sensor-dust"),
    "halos": (sharpened(3, 3), "oversharpened"),
    "unsharp-180": (sharpened(1.8, 2), "oversharpened"),
}

# What no rule may call a fault.
HARMLESS: dict[str, Degrade] = {"smaller-0.6": smaller}


def _flipped(data: bytes, random: np.random.Generator) -> bytes:
    """Flip 20 bits of the coded picture, behind the headers."""
    broken = bytearray(data)
    for place in random.integers(len(data) // 5, len(data) - 64, 20):
        broken[place] ^= 1 << int(random.integers(0, 8))
    return bytes(broken)


def _zeroed(data: bytes, random: np.random.Generator) -> bytes:
    start = int(random.integers(len(data) // 5, len(data) - 8192))
    return data[:start] + bytes(4096) + data[start + 4096 :]


DAMAGES: dict[str, Callable[[bytes, np.random.Generator], bytes]] = {
    "truncated-50": lambda data, _: data[: len(data) // 2],
    "truncated-90": lambda data, _: data[: len(data) * 9 // 10],
    "truncated-99": lambda data, _: data[: len(data) * 99 // 100],
    "last-bytes-gone": lambda data, _: data[:-2],
    "zeroed-4k": _zeroed,
    "flipped-20": _flipped,
}

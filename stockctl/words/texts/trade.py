"""What a text says of itself or of its file, not of the picture: "Stock photo of", "royalty free", IMG_1234."""

from __future__ import annotations

import re
from functools import cache, lru_cache

_WHAT = (
    r"(?:photo(?:graph(?:y|s)?|s)?|images?|pictures?|pics?|footage|videos?|clips?|vectors?|illustrations?|backgrounds?)"
)
# What it is sold as.
_FREE = r"(?:royalty|rights?|licen[cs]e|copyright)[\s-]?free"
_STOCK = (
    rf"(?:(?:(?:high|top)[\s-](?:quality|res(?:olution)?)\s+)?(?:(?:{_FREE}|rights?[\s-]managed|free)\s+)?stock\s+{_WHAT}"
    rf"|(?:{_FREE}|rights?[\s-]managed)(?:\s+{_WHAT})?|free\s+(?:download|{_WHAT})|stockfoto|stockphoto)"
)


@cache
def _sold() -> re.Pattern[str]:
    return re.compile(_STOCK, re.IGNORECASE)


_ARTICLE = r"(?:(?:an?|the|my|this)\s+)?"
_ITSELF = r"(?:image|photo(?:graph)?|picture|pic|snapshot|footage)"
# A picture of somebody holy is a thing that a picture may show.
_NOT_HOLY = (
    r"(?!\s+(?:(?:a|an|the|our)\s+)?(?:buddha|christ|jesus|mary|madonna|god|goddess|lord|virgin|lady|saints?|st\b|ganesha?|"
    r"krishna|shiva|hanuman|icon|deity))"
)


# At a text's beginning: (A stock) photo of …, Royalty free image: …
@cache
def _leads() -> re.Pattern[str]:
    return re.compile(
        rf"^\W{{0,5}}(?:(?:this|here)\s+is\s+)?{_ARTICLE}(?:(?:{_STOCK}|{_ITSELF})(?:\s+(?:of\b{_NOT_HOLY}|showing\b|depicting\b|that\s+shows\b)|\s*:)"
        rf"|{_STOCK}\s{{0,3}}[-–—|,]+(?=\s))\s*",
        re.IGNORECASE,
    )


# At its end, and between its clauses: …, stock photo | Cat on a sofa stock photo.
_BEFORE = r"(?<!\bof)(?<!\bfor)(?<!\bwith)(?<!\bthe)(?<!\ba)(?<!\bin)(?<!\bon)(?<!\band)(?<!\bto)(?<!\bno)"


@cache
def _ends() -> re.Pattern[str]:
    return re.compile(
        rf"(?:\s{{0,3}}[-–—|,;:.(\[]{{1,3}}\s{{0,3}}{_STOCK}\s{{0,3}}(?=[-–—|,;:.)\]!]|$)[)\]]?"
        rf"|{_BEFORE}\s{{1,3}}{_STOCK}(?=\s{{0,3}}[.!]?\s{{0,3}}$))",
        re.IGNORECASE,
    )


# Words one of which each of them holds, so that most texts are not searched.
_SELLING = ("stock", "free", "managed")
# The names that cameras, phones and programs give: IMG_1234.jpg, DSC0001, P1010101.JPG, PXL_20260101_101010.
_KIND = r"(?:jpe?g|tiff?|png|webp|heic|gif|svg|eps|ai|psd|mp4|mov|wav|raw|dng|cr[23]|nef|arw|orf|rw2|raf)"
_CAMERA = (
    r"(?:_?(?:IMG|MG|DSC[FNP]?|DCP|CIMG|IMGP|IMAG|PICT|PXL|DJI|GOPR|G[HPX]\d\d|MVI|MOV|VID|SDC|HPIM|KIC|SANY|PANO|BURST|SAM)"
    r"[_-]?(?=[\w-]{0,20}\d{3})\d[\w-]*|(?:IMG|DSC[FNP]?)\s\d{3,5}|P[0-9A-C]\d{6}|(?:19|20)\d{6}_\d{6}\w*|IMG-\d{8}-WA\d+)"
)


@cache
def _files() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{_CAMERA}(?:\s?\(\d+\))?(?:\.{_KIND})?|[\w-]+\.{_KIND})(?![\w-])", re.IGNORECASE)


# No name of a file is longer.
_LONGEST = 255
# Signs one of which each holds.
_HINTS = re.compile(r"\d{3}|\w\.[A-Za-z]")


@cache
def _cameras() -> re.Pattern[str]:
    return re.compile(rf"{_CAMERA}(?:\s?\(\d+\))?(?:\.{_KIND})?", re.IGNORECASE)


@lru_cache(maxsize=4096)
def trade_words(text: str) -> tuple[str, ...]:
    """Return what a text says of itself as a picture for sale, as it stands, each once: Image of, stock photo."""
    lead = _leads().match(text)
    rest = text[lead.end() :] if lead else text
    found = [lead[0]] if lead else []
    if _sells(rest):
        found += [match[0] for match in _ends().finditer(rest)]
    return tuple(dict.fromkeys(_bare(one) for one in found))


def _sells(text: str) -> bool:
    small = text.lower()
    return any(word in small for word in _SELLING)


def _bare(text: str) -> str:
    return text.strip(" \t\n-–—|,;:.()[]!")


def file_names(text: str) -> list[str]:
    """Return the names of files in a text, as they stand."""
    return [match[0] for match in _files().finditer(text)] if _HINTS.search(text) else []


def is_file_name(text: str) -> bool:
    """Whether a text is the name that a camera or a program gave a file, and nothing else."""
    if len(text) > _LONGEST or not _HINTS.search(text):
        return False
    left = _cameras().sub("", text)
    return left != text and not any(map(str.isalpha, left))


def is_trade(word: str) -> bool:
    """Whether a keyword says how a picture is sold, and nothing of it: royalty free, stock photo."""
    return bool(_sold().fullmatch(word.strip()))


@lru_cache(maxsize=4096)
def of_picture(text: str) -> str:
    """Return a text without what it says of itself and of its file; words of a person's within a file's name stay."""
    told = text
    if lead := _leads().match(text):
        rest = text[lead.end() :]
        told = rest[:1].upper() + rest[1:] if text[:1].isupper() else rest
    if _sells(told):
        told = _ends().sub("", told)
    if _HINTS.search(told):
        told = _files().sub(_words_of, told)
    return text if told == text else told.strip(" \t-–—|,;:")


def _words_of(match: re.Match[str]) -> str:
    if _cameras().fullmatch(match[0]):
        return ""
    return re.sub(r"[_-]+", " ", match[0].rpartition(".")[0])


def repeats(text: str) -> str:
    """Return the first sentence that a text says twice; empty where there is none."""
    from stockctl.words.texts.sentences import sentences

    seen: set[tuple[str, ...]] = set()
    for sentence in sentences(text):
        words = _words(sentence)
        if len(words) >= _SAYING and words in seen:
            return sentence
        seen.add(words)
    words, half = _words(text), len(_words(text)) // 2
    doubled = half >= _SAYING and len(words) == 2 * half and words[:half] == words[half:]
    return " ".join(words[:half]) if doubled else ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


# So many words are a sentence that may be said twice.
_SAYING = 3

"""Signs in a file that a model made the picture, beside the fields that are there to say so.

What is looked for is what the programs write: Automatic1111's `parameters`
(PNG text, or EXIF UserComment), ComfyUI's `prompt` and `workflow`, Midjourney's
parameters and job number in the description, the maker's name as CreatorTool,
Google's credit line, IPTC's digital source type in other spellings.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from stockctl.errors import DamagedError
from stockctl.files.source import Memory
from stockctl.media import directories
from stockctl.metadata.containers import chunks
from stockctl.metadata.record import GENERATED
from stockctl.metadata.standards import xmp

if TYPE_CHECKING:
    from pathlib import Path

    from stockctl.metadata.reading import Reading

# Programs that write their name into what they generate.
GENERATORS = re.compile(
    r"midjourney|stable[ -]?diffusion|dall[ -]?[e·]|comfyui|automatic1111|invokeai|firefly|ideogram|leonardo\.ai"
    r"|novelai|fooocus|(?:made|edited) with google ai|flux\.?[12]\b|gpt-4o|chatgpt|openai|black forest labs|imagen \d",
    re.IGNORECASE,
)
# Settings as samplers write them; no caption is like that.
_SETTINGS = re.compile(r"\bSteps: \d{1,4}\b.{0,2000}\b(?:Sampler|Seed|CFG scale): ", re.DOTALL)
# The same as JSON (Fooocus, SwarmUI), and cut short.
_PARAMETERS = re.compile(
    r"\"(?:prompt|seed|sampler|sui_image_params)\"\s*:|\b(?:Negative prompt|Steps|Sampler): ", re.IGNORECASE
)
_MIDJOURNEY = re.compile(r"\bJob ID: [0-9a-f]{8}-[0-9a-f-]{27}|\s--(?:v|niji) \d(?:\.\d)?(?:\s|$)")
_IS = rb"(?:\s+rdf:resource)?(?:>|\s*=\s*[\"'])\s*"
_TOOL = re.compile(rb"CreatorTool" + _IS + rb"([^<\"']{1,200})")
_SOURCE = re.compile(
    rb"DigitalSource(?:File)?Type"
    + _IS
    + rb"(?:[^<>\"']{0,120}?[/:#])?("
    + b"|".join(name.encode() for name in sorted(GENERATED))
    + rb")\b",
    re.IGNORECASE,
)
_SYSTEM = re.compile(
    rb"AI(?:SystemUsed|SystemVersionUsed|PromptInformation|PromptWriterName)" + _IS + rb"([^<\"'\s][^<\"']{0,100})"
)
# The same in EXIF, where other programs write JSON, too.
_NODES = re.compile(r"\"(?:class_type|KSampler)\"|\"nodes\"\s*:\s*\[")
_GRAPH = re.compile(rb"\"(?:class_type|KSampler|nodes|inputs)\"")

# File names that generators give, with who does.
_NAMES = (
    (re.compile(r"ComfyUI_(?:temp_[a-z]+_)?\d{3,}_"), "ComfyUI"),
    # With the number that it ends its names with; a picture of a firefly may have a year.
    (re.compile(r"Firefly[ _](?:.+[ _])?\d{5,}"), "Adobe Firefly"),
    (re.compile(r"DALL(?:[·\-]E\b|[._ ]?E[ _]\d{4}-\d\d-\d\d)", re.IGNORECASE), "DALL·E"),
    (re.compile(r"ChatGPT[ _]Image[ _]", re.IGNORECASE), "ChatGPT"),
    (re.compile(r"Gemini_Generated_Image", re.IGNORECASE), "Gemini"),
    (re.compile(r"image_fx_", re.IGNORECASE), "ImageFX"),
    (re.compile(r"freepik__.+__\d"), "Freepik's generator"),
    (re.compile(r"(?:Leonardo_|ideogram|midjourney|grok[-_]image)", re.IGNORECASE), "a generator"),
    (re.compile(r"\w+_.+_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "Midjourney"),
    (re.compile(r"\d{5}-\d{6,10}(?:-.*)?$"), "Automatic1111"),
)
_USER_COMMENT, _EXIF = 0x9286, 0x8769
# ImageDescription, Make, Model: ComfyUI writes its graph there in a WebP.
_TEXTS = (0x010E, 0x010F, 0x0110)
# Keywords of PNG texts that hold settings whatever they say (InvokeAI), and those that may: other programs have
# parameters, too.
_SETS = frozenset({"sd-metadata", "invokeai_metadata", "dream"})
_KEYWORDS = _SETS | {"parameters", "prompt", "workflow", "software", "comment", "description"}
_MOST_TEXTS, _LARGEST_TEXT, _LONGEST = 64, 1 << 20, 1 << 16


def name_of_a_generator(path: Path) -> str:
    """Return which generator names its files like this, or an empty text."""
    return next((maker for pattern, maker in _NAMES if pattern.match(path.stem)), "")


def sign_of_a_model(data: bytes | memoryview, reading: Reading) -> str:
    """Return by what else than its fields a file says that a model made it, in words; empty where nothing does."""
    packet = _packet(reading.xmp)
    if found := _SOURCE.search(packet):
        return f"DigitalSourceType {found[1].decode()}"
    if found := _SYSTEM.search(packet):
        return f"made with {found[1].decode('utf-8', 'replace').strip()}"
    for tool in _TOOL.findall(packet):
        if named := GENERATORS.search(tool.decode("utf-8", "replace")):
            return f"CreatorTool names {named[0]}"
    record = reading.record
    if named := GENERATORS.search(" ".join((record.credit, record.source, *record.creators))):
        return f"its credit line names {named[0]}"
    if _MIDJOURNEY.search(record.description[:_LONGEST]):
        return "its description holds Midjourney's parameters"
    texts = [record.description, *_exif_texts(reading.exif)]
    if any(_SETTINGS.search(text[:_LONGEST]) for text in texts):
        return "it holds the settings of an image generator"
    if any(_NODES.search(text) for text in texts):
        return "it holds a workflow of ComfyUI"
    return _in_png(data) if reading.format == "png" else ""


def _packet(raw: bytes | None) -> bytes:
    try:
        return xmp.as_utf8(raw) if raw else b""
    except DamagedError:
        return b""


def _exif_texts(block: bytes | None) -> list[str]:
    """Return EXIF's UserComment, description and names of the camera, those that are there."""
    if not block:
        return []
    source = Memory(block)
    found: list[str] = []
    try:
        flavour, start = directories.header(source)
        main = directories.read(source, flavour, start)
        plain = [entry for tag in _TEXTS if (entry := main.get(tag)) is not None and entry.size <= _LARGEST_TEXT]
        found += [directories.value(source, entry).decode("utf-8", "replace") for entry in plain]
        if (pointer := main.get(_EXIF)) is not None:
            inner = directories.read(source, flavour, directories.number(source, flavour, pointer))
            entry = inner.get(_USER_COMMENT)
            if entry is not None and entry.size <= _LARGEST_TEXT:
                found.append(_commented(directories.value(source, entry)))
    except DamagedError:
        pass
    return found


def _commented(data: bytes) -> str:
    """Return the text of a UserComment, whose first eight bytes name its character set (Exif 3.0, 4.6.6)."""
    if data.startswith(b"UNICODE\0"):
        order = "utf-16-be" if data[8:9] == b"\0" else "utf-16-le"
        return data[8:].decode(order, "replace")
    return data[8:].decode("utf-8", "replace")


def _in_png(data: bytes | memoryview) -> str:
    from stockctl.metadata.containers.png import text_of

    source = Memory(data)
    found = (chunk for chunk in chunks.png(source) if chunk.name in {b"tEXt", b"zTXt", b"iTXt"})
    try:
        for chunk in itertools.islice(found, _MOST_TEXTS):
            if not 0 < chunk.body_end - chunk.body <= _LARGEST_TEXT:
                continue
            body = source.at(chunk.body, chunk.body_end - chunk.body)
            keyword = body.partition(b"\0")[0].decode("latin-1").lower()
            if keyword not in _KEYWORDS:
                continue
            text = text_of(body, chunk.name)
            said = text[:_LONGEST].decode("utf-8", "replace")
            if keyword in {"prompt", "workflow"} and _GRAPH.search(text):
                return f"it holds a {keyword} of ComfyUI"
            if keyword in _SETS or _SETTINGS.search(said) or _MIDJOURNEY.search(said):
                return "it holds the settings of an image generator"
            if keyword == "parameters" and _PARAMETERS.search(said):
                return "it holds the settings of an image generator"
            if keyword == "software" and (named := GENERATORS.search(said)):
                return f"made with {named[0]}"
    except DamagedError:
        return ""
    return ""

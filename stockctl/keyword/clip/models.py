"""The models that there are: shipped with their hashes, or a person's own from the settings."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from stockctl.errors import SettingsError, UsageError
from stockctl.files.own import write_own

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stockctl.config import Settings

DEFAULT = "clip-vit-b32"
# The four files of a model, and where an export for transformers.js keeps them.
PARTS = {
    "image": "onnx/vision_model_quantized.onnx",
    "text": "onnx/text_model_quantized.onnx",
    "tokenizer": "tokenizer.json",
    "preprocessor": "preprocessor_config.json",
}
SOFTMAX, SIGMOID = "softmax", "sigmoid"
# Hashes of files that came without one, by the first time that they were fetched.
_PINS = "pinned.json"
# A name is also that of a folder.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
READY, PARTIAL, ABSENT = "ready", "partial", "absent"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a model: its path under the model's address, size in bytes and SHA-256 where they are known."""

    path: str
    bytes: int | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Model:
    """A model: where its files are, and how its scores are to be read (see models.toml)."""

    name: str
    url: str
    title: str = ""
    licence: str = ""
    scoring: str = SOFTMAX
    scale: float = 100.0
    bias: float = 0.0
    tokens: int = 77
    pad: int = 49407
    padded: bool = False
    prompt: str = "a photo of {}."
    files: Mapping[str, Part] = field(default_factory=dict)
    shipped: bool = False


def known(settings: Settings) -> dict[str, Model]:
    """Return every model by name: the shipped ones, and those of the settings' [models.NAME].

    A section of a shipped name changes what it says (another `url`, say); the
    hashes stay those that were shipped.

    Raises:
        SettingsError: a model has no url, or a hash is none.

    """
    models = dict(_shipped())
    for name, section in settings.section("models").items():
        models[name] = _own(name, section, models.get(name), settings)
    return models


def resolve(name: str, settings: Settings) -> Model:
    """Return a model by name.

    Raises:
        UsageError: there is none of that name.

    """
    models = known(settings)
    if name not in models:
        raise UsageError(
            f"no model {name!r}; known: {', '.join(sorted(models))}",
            hint=f"name one of these, or add a section [models.{name}] with url to {settings.path}",
        )
    return models[name]


@cache
def _shipped() -> dict[str, Model]:
    tables: dict[str, dict[str, Any]] = tomllib.loads(
        files(__package__).joinpath("models.toml").read_text(encoding="utf-8")
    )
    return {
        name: Model(
            name=name,
            files={part: Part(**values) for part, values in table["files"].items()},
            shipped=True,
            **{key: value for key, value in table.items() if key != "files"},
        )
        for name, table in tables.items()
    }


def _own(name: str, section: dict[str, Any], base: Model | None, settings: Settings) -> Model:
    if base is None and not section.get("url"):
        raise SettingsError(
            f"[models.{name}] has no url", where=str(settings.path), hint="add the address of its folder"
        )
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"[models.{name}]: a model's name is made of letters, digits, - and _", where=str(settings.path)
        )
    model = base or Model(name, "", files={part: Part(path) for part, path in PARTS.items()})
    hashes = dict(pin(text) for text in section.get("sha256", []))
    parts = {
        part: replace(found, path=section.get(part, found.path), sha256=hashes.get(part, found.sha256))
        for part, found in model.files.items()
    }
    plain = ("url", "licence", "scoring", "scale", "bias", "tokens", "pad", "padded", "prompt")
    given = {key: section[key] for key in plain if key in section}
    model = replace(model, files=parts, **given)
    if model.scoring not in {SOFTMAX, SIGMOID} or "{}" not in model.prompt:
        raise SettingsError(
            f"[models.{name}]: scoring must be {SOFTMAX} or {SIGMOID}, and prompt hold {{}} for the word",
            where=str(settings.path),
            hint="mend the value, or leave it out",
        )
    return model


def pin(text: str) -> tuple[str, str]:
    """Return part and hash of `PART=SHA256`.

    Raises:
        UsageError: it is no such pair.

    """
    part, _, value = text.partition("=")
    value = value.strip().lower()
    if part.strip() not in PARTS or len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise UsageError(
            f"{text!r} is no hash of a model's file", hint=f"write PART=SHA256; PART is one of {', '.join(PARTS)}"
        )
    return part.strip(), value


@dataclass(frozen=True)
class Store:
    """Where models are kept: a folder beside the catalogue, whose name begins with the catalogue's."""

    folder: Path

    @classmethod
    def beside(cls, catalogue: Path) -> Store:
        """Return the store of a catalogue."""
        return cls(catalogue.with_name(f"{catalogue.name}.models"))

    def path(self, model: Model, part: str) -> Path:
        """Return where a file of a model stands, or will."""
        return self.folder / model.name / f"{part}{PurePosixPath(model.files[part].path).suffix}"

    def pins(self, model: Model) -> dict[str, str]:
        """Return the hash that each file has to have, where it is known: shipped, given, or seen the first time."""
        given = {part: found.sha256 for part, found in model.files.items() if found.sha256}
        try:
            seen = json.loads((self.folder / model.name / _PINS).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            seen = {}
        return {**seen, **given} if isinstance(seen, dict) else given

    def keep_pin(self, model: Model, part: str, sha256: str) -> None:
        """Pin the hash of a file that came without one."""
        pins = {**self.pins(model), part: sha256}
        with write_own(self.folder / model.name / _PINS) as file:
            json.dump(pins, file, indent=1)

    def state(self, model: Model) -> str:
        """Return whether a model is ready, partial (a fetch was cut off) or absent."""
        there = [self.path(model, part).is_file() for part in model.files]
        if all(there):
            return READY
        begun = (self.folder / model.name).is_dir() and any((self.folder / model.name).iterdir())
        return PARTIAL if begun else ABSENT


def states(settings: Settings, catalogue: Path) -> dict[str, tuple[str, bool]]:
    """Return the models that this program runs itself, by the name of their section: model, and whether it is here."""
    store = Store.beside(catalogue)
    sections: dict[str, dict[str, Any]] = settings.section("vision")
    clips = {name: section for name, section in sections.items() if section.get("kind") == "clip"} or {"clip": {}}
    found = {}
    for name, section in clips.items():
        model = resolve(str(section.get("model") or DEFAULT), settings)
        found[name] = (model.name, store.state(model) == READY)
    return found

"""Settings: one TOML file, read once, every key checked by name and type.

A key that is not in `KEYS` is refused with its line: a setting that is spelt
wrong must not pass for one that is not set.
"""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stockctl.errors import SettingsError

TEXT, WHOLE, NUMBER, FLAG, WORDS = "text", "whole number", "number", "true or false", "list of texts"
TEXTS = "text or list of texts"

# Section → key → what it holds. `*` stands for a name that the person chooses.
KEYS: dict[str, dict[str, str]] = {
    "defaults": {"creator": WORDS, "copyright": TEXT},
    "check": {"agencies": WORDS, "ignore": WORDS, "workers": WHOLE, "faces": FLAG, "ocr": FLAG, "calibration": TEXT},
    "keyword": {
        "limit": WHOLE,
        "want": WHOLE,
        "spelling": TEXT,
        "english": TEXT,
        "vision": TEXT,
        "prompt": TEXT,
        "categories": FLAG,
    },
    "plan": {"countries": WORDS},
    "history": {"keep_mb": WHOLE},
    "metadata": {"exiftool": FLAG, "iptc_charset": TEXT},
    "agencies.*": {
        "delivery": TEXT,
        "host": TEXT,
        "port": WHOLE,
        "user": TEXT,
        "folder": TEXT,
        "tls": TEXT,
        "ca_file": TEXT,
        "known_hosts": TEXT,
        "connections": WHOLE,
        "max_rate": WHOLE,
        "super_keywords": FLAG,
        "password_command": TEXT,
        "api_key": TEXT,
        "client_secret_command": TEXT,
        "upload_url": TEXT,
        "upload_user": TEXT,
        "upload_password_command": TEXT,
    },
    "presets.*": {
        "context": TEXT,
        "add": WORDS,
        "creator": WORDS,
        "copyright": TEXT,
        "agency": WORDS,
        "licence": TEXT,
        "editorial": FLAG,
        "title": TEXT,
        "description": TEXT,
        "remove": WORDS,
        "category": WORDS,
        "price": TEXT,
        "mature": FLAG,
        "illustration": FLAG,
        "limit": WHOLE,
        "vision": TEXT,
        "english": TEXT,
    },
    "models.*": {
        "url": TEXT,
        "image": TEXT,
        "text": TEXT,
        "tokenizer": TEXT,
        "preprocessor": TEXT,
        "sha256": WORDS,
        "licence": TEXT,
        "scoring": TEXT,
        "scale": NUMBER,
        "bias": NUMBER,
        "tokens": WHOLE,
        "pad": WHOLE,
        "padded": FLAG,
        "prompt": TEXT,
    },
    "vision.*": {
        "kind": TEXT,
        "threshold": NUMBER,
        "url": TEXT,
        "model": TEXT,
        "connections": WHOLE,
        "timeout": NUMBER,
        "preset": TEXT,
        "protocol": TEXT,
        "rpm": NUMBER,
        "pictures": WHOLE,
        "key_env": TEXTS,
        "key_command": TEXT,
        "price_in": NUMBER,
        "price_out": NUMBER,
    },
}

# What holds where the file says nothing, for `config show`.
DEFAULTS: dict[str, Any] = {
    "defaults.creator": [],
    "defaults.copyright": "",
    "check.agencies": "all",
    "check.ignore": [],
    "check.workers": "one per core",
    "keyword.limit": 49,
    "keyword.want": 30,
    "keyword.vision": "auto",
    "keyword.categories": True,
    "plan.countries": ["US", "GB", "DE"],
    "history.keep_mb": 1024,
}

SAMPLE = """\
# Settings of stockctl. Every line is optional; what is commented out shows the default.

[defaults]
# creator = ["Your Name"]            # written where a file names no creator
# copyright = "© 2026 Your Name"

[check]
# agencies = ["shutterstock", "adobe_stock"]   # judged by default; all when left out
# ignore = []                        # names of rules that are left out
# faces = true                       # look for faces without a release; needs stockctl[faces]
# ocr = true                         # read text and number plates in the pictures; needs stockctl[ocr]
# workers = 2                        # processes; by default one per core
# calibration = "2026-11-21"         # a profile made by --calibrate; by default the newest, "none" for none

[keyword]
# limit = 49                         # at most so many suggested keywords
# want = 30                          # so many keywords are aimed at; a run says what would help where there are fewer
# english = "us"                     # or "uk", "both": the spelling of suggestions; by default as they come
# vision = "auto"                    # a model that looks: found on this machine; or a name of `stockctl vision`; "none"
# prompt = "prompt.txt"              # your own question to it, beside this file; begin with: stockctl vision prompt
# categories = true                  # the category that it suggests stands in a sheet where you chose none

[plan]
# countries = ["ID", "US"]           # whose holidays `plan` looks at; by default US, GB and DE

[history]
# keep_mb = 1024                     # replaced bytes kept for `undo`; oldest batches go first

# [presets.bali]                     # `keyword --preset bali`: options under a name
# context = "Rice terraces in Bali, Indonesia"
# add = ["Bali", "Indonesia"]        # and more: see `stockctl presets --help`

# [vision.gemini]                    # a preset of `stockctl vision`, or your own name with url and model
# model = "gemini-3.8-flash"
# key_env = ["KEY_A", "KEY_B"]       # the variables that hold keys, which take turns; or key_command
# rpm = 10                           # requests a minute that each key is good for
# url, preset, protocol, connections, pictures (in one question), timeout (seconds), price_in, price_out:
# what each means: stockctl help vision

# [vision.clip]                      # `keyword --vision clip`: a model on this machine, see `stockctl models`
# kind = "clip"
# model = "clip-vit-b32"             # or "siglip-base", or one of yours: [models.NAME] with url
# threshold = 0.02                   # words less likely than this are not offered

[metadata]
# exiftool = false                   # true: embed through ExifTool where we would write a sidecar (video, HEIC, PSD)
# iptc_charset = "windows-1251"      # what IPTC texts are in that do not say it and are not UTF-8

# [agencies.shutterstock]
# user = "you@example.com"
# password_command = "pass show shutterstock"   # or STOCKCTL_SHUTTERSTOCK_PASSWORD, or the keyring
# delivery = "agency"                # or "folder": prepare in the outbox, send nothing
# host, port, folder, tls, ca_file, known_hosts, connections, max_rate: see stockctl help settings
# super_keywords = true              # fill the column of keywords that weigh more, where a sheet has one (Alamy)
# api_key, upload_url, upload_user: for istock_getty, with a key for Getty's API: see the same
"""


@dataclass(frozen=True)
class Settings:
    """The settings in force: `values` as the file holds them, `path` where they come from."""

    path: Path
    values: dict[str, Any] = field(default_factory=dict)

    def get(self, section: str, key: str, default: Any = None) -> Any:  # noqa: ANN401 - TOML's own types
        """Return `[section] key`, or the default; a section may be dotted (`agencies.alamy`)."""
        table: Any = self.values
        for part in section.split("."):
            table = table.get(part, {})
        return table.get(key, default)

    def section(self, section: str) -> dict[str, Any]:
        """Return a whole section; empty where there is none."""
        table: Any = self.values
        for part in section.split("."):
            table = table.get(part, {})
        return dict(table)

    @property
    def folder(self) -> Path:
        """The folder of the settings file; a person's own agency files stand in it."""
        return self.path.parent


def settings_path() -> Path:
    """Return where the settings are: `STOCKCTL_CONFIG`, or the user's config folder."""
    named = os.environ.get("STOCKCTL_CONFIG")
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("stockctl") / "stockctl.toml"


def data_folder() -> Path:
    """Return the user's data folder for stockctl; it may not exist yet."""
    from platformdirs import user_data_path

    return user_data_path("stockctl")


def catalogue_path() -> Path:
    """Return where the catalogue is: `STOCKCTL_DB`, or in the user's data folder."""
    named = os.environ.get("STOCKCTL_DB")
    return Path(named) if named else data_folder() / "catalogue.db"


def load_settings(path: Path | None = None) -> Settings:
    """Read and check the settings; a missing file gives the defaults.

    Raises:
        SettingsError: not TOML, an unknown section or key, or a value of the
            wrong type; `where` names the file and the line.

    """
    path = path or settings_path()
    if path.is_fifo() or path.is_socket():
        raise SettingsError("the settings are no file", where=str(path), hint="name a file of TOML, or none")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(path)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot read the settings: {error}", where=str(path), hint="it must be UTF-8 text"
        ) from error
    import tomllib

    try:
        values = tomllib.loads(text)
    # What tomllib raises, too: of a number of thousands of digits, of arrays in arrays without end.
    except (ValueError, RecursionError) as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"{path}:{place[1]}:{place[2]}" if place else f"{path}:{len(text.splitlines())}"
        what = re.sub(r" \(at .*\)", "", str(error))
        raise SettingsError(
            f"not valid TOML: {what}", where=where, hint="mend that line, or see `stockctl config init`"
        ) from error
    _validate(values, text, path)
    return Settings(path, values)


def _validate(values: dict[str, Any], text: str, path: Path) -> None:
    sections = {name.split(".")[0] for name in KEYS}
    for section, table in values.items():
        if section not in sections:
            raise _unknown("section", section, sections, text, path)
        if not isinstance(table, dict):
            raise SettingsError(
                "must be a section", where=f"{path}:{line_of(text, section)}", hint=f"write [{section}]"
            )
        if f"{section}.*" in KEYS:
            for name, inner in table.items():
                if not isinstance(inner, dict):
                    raise SettingsError(
                        f"{name} must be a section of its own",
                        where=f"{path}:{line_of(text, name)}",
                        hint=f"write [{section}.{name}]",
                    )
                _validate_table(inner, KEYS[f"{section}.*"], text, path)
        else:
            _validate_table(table, KEYS[section], text, path)


def _validate_table(table: dict[str, Any], keys: dict[str, str], text: str, path: Path) -> None:
    for key, value in table.items():
        if key not in keys:
            raise _unknown("key", key, keys, text, path)
        if not _fits(value, keys[key]):
            raise SettingsError(
                f"{key} must be a {keys[key]}, not {value!r}",
                where=f"{path}:{line_of(text, key)}",
                hint="mend the value",
            )


def _fits(value: Any, kind: str) -> bool:  # noqa: ANN401 - TOML's own types
    if kind == TEXT:
        return isinstance(value, str)
    if kind == FLAG:
        return isinstance(value, bool)
    if kind == WORDS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind == TEXTS:
        return _fits(value, TEXT) or _fits(value, WORDS)
    numbers = (int,) if kind == WHOLE else (int, float)
    return isinstance(value, numbers) and not isinstance(value, bool)


def _unknown(what: str, name: str, known: Any, text: str, path: Path) -> SettingsError:  # noqa: ANN401 - any names
    near = difflib.get_close_matches(name, list(known), 1)
    hint = f"did you mean {near[0]}?" if near else "known: " + ", ".join(sorted(known))
    return SettingsError(f"unknown {what} {name!r}", where=f"{path}:{line_of(text, name)}", hint=hint)


def line_of(text: str, key: str) -> int:
    """Return the first line of a TOML text that names `key`, counted from 1."""
    pattern = re.compile(rf"^\s*(\[+[^\]]*\b)?[\"']?{re.escape(key)}\b")
    for number, line in enumerate(text.splitlines(), 1):
        if pattern.match(line):
            return number
    return 1

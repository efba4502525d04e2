"""What an option's value may be, for a shell that completes it: (name, what it is) by name.

A shell asks while a person types: settings or agency files that are broken
yield the shipped names, never an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stockctl.config import Settings

Offers = list[tuple[str, str]]
# The variable by which a shell's script asks for completions.
VARIABLE = "_STOCKCTL_COMPLETE"


def agencies(incomplete: str) -> Offers:
    """Return the agencies, the person's own among them."""
    from stockctl import agencies as data
    from stockctl.errors import StockctlError

    try:
        known = data.load(_settings().folder)
    except StockctlError:
        known = data.load(None)
    return _begun({name: agency.title for name, agency in known.items()}, incomplete)


def rules(incomplete: str) -> Offers:
    """Return the rules of `check`."""
    from stockctl.check.rules.registry import rules as registry

    return _begun({rule.name: rule.title for rule in registry().values()}, incomplete)


def presets(incomplete: str) -> Offers:
    """Return the presets of `keyword` that the settings keep."""
    return _begun(dict.fromkeys(sorted(_settings().section("presets")), "[presets] in your settings"), incomplete)


def vision(incomplete: str) -> Offers:
    """Return the models that look: shipped presets, those of the settings, auto and none."""
    from stockctl.vision.sources.presets import presets as shipped

    offers = {name: preset.title for name, preset in shipped().items()}
    offers |= dict.fromkeys(_settings().section("vision"), "[vision] in your settings")
    offers |= {"auto": "what is found on this machine", "none": "no model looks"}
    return _begun(offers, incomplete)


def topics(incomplete: str) -> Offers:
    """Return what `stockctl help` explains."""
    from stockctl.cli.topics import titles

    return _begun(titles(), incomplete)


def _settings() -> Settings:
    from stockctl.config import Settings, load_settings, settings_path
    from stockctl.errors import StockctlError

    try:
        return load_settings()
    except StockctlError:
        return Settings(settings_path())


def _begun(offers: Mapping[str, str], incomplete: str) -> Offers:
    return [(name, text) for name, text in offers.items() if name.startswith(incomplete)]

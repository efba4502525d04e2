"""The layouts that are known: one file per agency, one function per layout."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from stockctl import plugins
from stockctl.earnings.statements.layout import LAYOUTS

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

plugins.load(plugins.STATEMENTS)

__all__ = ["LAYOUTS"]

"""The rule of damage: a file that is not whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.check.rules.registry import Hit, rule
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.check.asset import Asset


@rule("IMG060", "damaged-file", "The file is damaged", Severity.ERROR)
def damaged_file(asset: Asset) -> Iterator[Hit]:
    """The file ends too early, or its coded data are broken, even where a viewer shows it without a word.

    To mend: copy it again from the card or the backup and compare; or export it again.
    """
    damaged = asset.facts.get("damaged")
    if damaged:
        yield Hit(damaged, "copy it again from the card or a backup, or export it again")

"""The rule of experience: what an agency refused before, as far as it can be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.check.rules.registry import PICTURES, Hit, rule
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset


@rule("REV001", "refused-before", "Like files that the agency refused", Severity.INFO, kinds=PICTURES, per_agency=True)
def refused_before(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """The picture lies on the side of a measurement on which this agency refused much more of yours.

    It is learned from the decisions that `stockctl review` recorded, for each
    agency apart. It only informs, until you let it hold with
    `stockctl review --agency NAME --apply RULE`; then it blocks.

    To mend: as the rule says whose name the message has (`check --explain RULE`).
    """
    for lesson in asset.facts.get("lessons", ()):
        value = asset.measurements.get(lesson["measurement"])
        if value is None or lesson["agency"] != agency.name:
            continue
        limit = float(lesson["learned"])
        if value > limit if lesson["above"] else value < limit:
            let = "" if lesson["applied"] else f"; to hold such files: review --agency {agency.name} --apply"
            yield Hit(
                f"{lesson['evidence']}; this one has {value:.3g}",
                f"see: stockctl check --explain {lesson['rule']}{let and let + ' ' + lesson['rule']}",
                value,
                limit,
                severity=Severity.ERROR if lesson["applied"] else Severity.INFO,
            )

"""The rule of what nobody knows: an agency without rules to judge by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockctl.check.rules.registry import Hit, rule
from stockctl.report.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockctl.agencies import Agency
    from stockctl.check.asset import Asset


@rule("AGY005", "unknown-rules", "What the agency asks for is not known", Severity.INFO, per_agency=True)
def unknown_rules(asset: Asset, agency: Agency) -> Iterator[Hit]:
    """Whether there is anything that the file could be judged by.

    An agency of which no limit, no format and no rule of texts is known here is
    not judged: it is never called ready. Mend it with an agency file of your own
    that holds what its contributor pages say.
    """
    if not agency.knows(asset.kind):
        yield Hit(
            f"what {agency.title} asks of {asset.kind} files is not known here",
            "read its contributor pages before you send",
        )

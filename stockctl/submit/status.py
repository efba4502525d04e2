"""`submit --status`: what stands where, at all agencies or at one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stockctl import agencies as agency_data
from stockctl.catalogue import ledger
from stockctl.catalogue.ledger import State
from stockctl.submit import quota

if TYPE_CHECKING:
    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings


@dataclass(frozen=True)
class Standing:
    """What one agency has, what waits for it, and what failed, in pictures."""

    agency: Agency
    sent: int
    waiting: int
    failed: int
    quotas: tuple[quota.Quota, ...]
    owed_rows: int = 0
    failures: tuple[tuple[str, str], ...] = ()


def standings(catalogue: Catalogue, settings: Settings, name: str | None = None) -> list[Standing]:
    """Return where things stand at the agency called `name`, or at every one that is open.

    Raises:
        UsageError: no such agency.

    """
    everyone = agency_data.load(settings.folder)
    chosen = [agency_data.resolve(name, everyone)] if name else [one for one in everyone.values() if not one.closed]
    return [_standing(catalogue, agency) for agency in chosen]


def _standing(catalogue: Catalogue, agency: Agency) -> Standing:
    rows = [row for row in ledger.uploads(catalogue, agency.name) if row.part == 0]
    sent = ledger.sendings(catalogue, agency.name, quota.window(agency), datetime.now(UTC))
    failed = [row for row in rows if row.state is State.FAILED]
    return Standing(
        agency=agency,
        sent=sum(row.state.arrived for row in rows),
        waiting=sum(row.state in {State.QUEUED, State.SENDING} for row in rows),
        failed=len(failed),
        quotas=quota.quotas(agency, sent),
        owed_rows=sum(row.state.arrived and row.sheet is None and row.cells is not None for row in rows),
        failures=tuple((row.path, row.why) for row in failed),
    )

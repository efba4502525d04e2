"""`submit --status`: what stands where, at all agencies or at one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stockctl import agencies as agency_data
from stockctl.catalogue.sent import ledger
from stockctl.catalogue.sent.ledger import State
from stockctl.submit import quota

if TYPE_CHECKING:
    from stockctl.agencies import Agency
    from stockctl.catalogue import Catalogue
    from stockctl.config import Settings


@dataclass(frozen=True)
class Standing:
    """What one agency has, what is prepared, what waits for it, and what failed, in pictures."""

    agency: Agency
    sent: int
    prepared: int
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
    usual = [one for one in everyone.values() if not one.closed and not one.profile]
    chosen = [agency_data.resolve(name, everyone)] if name else usual
    return [_standing(catalogue, agency) for agency in chosen]


def _standing(catalogue: Catalogue, agency: Agency) -> Standing:
    counts = ledger.counts(catalogue, agency.name)
    sent = ledger.sendings(catalogue, agency.name, quota.window(agency), datetime.now(UTC))
    failed = counts.get(State.FAILED, 0)
    return Standing(
        agency=agency,
        sent=sum(number for state, number in counts.items() if state.arrived),
        prepared=counts.get(State.PREPARED, 0),
        waiting=counts.get(State.QUEUED, 0) + counts.get(State.SENDING, 0),
        failed=failed,
        quotas=quota.quotas(agency, sent),
        owed_rows=ledger.count_owed(catalogue, agency.name),
        failures=tuple(ledger.failed(catalogue, agency.name)) if failed else (),
    )

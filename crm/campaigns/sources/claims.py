"""Which source is collected next: claimed with a lease, collected outside of any transaction, and settled."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm import clock
from crm.campaigns.sources.source import Source, get_source
from crm.db.actor import Actor
from crm.db.transaction import Row, Transaction

LEASE = timedelta(minutes=10)
"""Held on with each page and each piece: a run that died is gone on with after so long."""
FIRST_DAYS = 60
"""So many days are collected the first time."""
HOUR = time(5, 0)
"""Of the account: when platforms have the figures of the day before."""


@dataclass(frozen=True, slots=True)
class ClaimedSource:
    """`since` to `until` are the days to ask for: whole days of the account alone."""

    source: Source
    workspace_id: int
    lease: str
    since: date
    until: date
    began_at: str

    def actor(self) -> Actor:
        return Actor(self.workspace_id, None, f"campaign-source-{self.source.id}")


def due_sources(tx: Transaction) -> list[Row]:
    """Of all workspaces. `tx` is of SYSTEM."""
    return tx.all(
        """
        SELECT workspace_id, id
          FROM campaign_sources
         WHERE active = 1
           AND deleted_at IS NULL
           AND due_at <= :now
         ORDER BY due_at, id
        """
    )


def claim_source(tx: Transaction, source_id: int) -> ClaimedSource | None:
    """None where another process has it."""
    lease = secrets.token_hex(8)
    claimed = tx.one(
        """
        UPDATE campaign_sources
           SET lease = :lease, lease_until = :lease_until, attempts = attempts + 1
         WHERE workspace_id = :workspace_id
           AND id = :source_id
           AND active = 1
           AND deleted_at IS NULL
           AND due_at <= :now
           AND (lease_until IS NULL OR lease_until <= :now)
        RETURNING id
        """,
        source_id=source_id,
        lease=lease,
        lease_until=clock.later(tx.now, LEASE),
    )
    if claimed is None:
        return None
    source = get_source(tx, source_id)
    until = _last_whole_day(source.time_zone)
    return ClaimedSource(source, int(tx.actor.workspace_id or 0), lease, _since(source, until), until, tx.now)


def hold_lease(tx: Transaction, claimed: ClaimedSource) -> bool:
    """Whether the run has the source still: it was neither changed meanwhile nor claimed by another."""
    held = tx.value(
        """
        UPDATE campaign_sources
           SET lease_until = :lease_until
         WHERE workspace_id = :workspace_id
           AND id = :source_id
           AND lease = :lease
        RETURNING id
        """,
        source_id=claimed.source.id,
        lease=claimed.lease,
        lease_until=clock.later(tx.now, LEASE),
    )
    return held is not None


def _last_whole_day(zone: str) -> date:
    return clock.now().astimezone(ZoneInfo(zone)).date() - timedelta(days=1)


def _since(source: Source, until: date) -> date:
    """The look-back window, and what a longer outage left out."""
    if source.collected_until is None:
        return until - timedelta(days=FIRST_DAYS - 1)
    window = until - timedelta(days=source.lookback_days - 1)
    return min(window, date.fromisoformat(source.collected_until) + timedelta(days=1))


def next_morning(zone: str) -> str:
    """When the next whole day of the account can be asked for."""
    here = clock.now().astimezone(ZoneInfo(zone))
    morning = datetime.combine(here.date(), HOUR, ZoneInfo(zone))
    if morning <= here:
        morning = datetime.combine(here.date() + timedelta(days=1), HOUR, ZoneInfo(zone))
    return clock.as_text(morning)

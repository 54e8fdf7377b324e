"""What came of a run: the figures, the run's row and when the next one is due, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.campaigns.arriving import collect_rows
from crm.campaigns.platform_rows import PlatformRow
from crm.campaigns.sources.claims import ClaimedSource, hold_lease, next_morning
from crm.campaigns.sources.kept_pages import forget_pages
from crm.campaigns.sources.source import NAMED_BY_PEOPLE
from crm.db.transaction import Transaction

DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
"""After the first, second, … run that is to be tried again; then always the last."""
LONGEST_PROBLEM = 500


@dataclass(frozen=True, slots=True)
class Counts:
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0


def settle_piece(
    tx: Transaction, claimed: ClaimedSource, rows: Sequence[PlatformRow], before: Counts, *, last: bool
) -> Counts | None:
    """A part of what was pulled; with the last one the run is over. `before` counts the earlier parts.

    None where the source was changed meanwhile: then no more of this run is taken in. Raises Invalid.
    """
    if not hold_lease(tx, claimed):
        return None
    collected = collect_rows(tx, source_key(claimed), rows).collected
    counts = Counts(
        before.rows + collected.rows,
        before.new + collected.new,
        before.changed + collected.changed,
        before.unchanged + collected.unchanged,
        before.left_out,
    )
    if last:
        _log(tx, claimed, "good", counts, None)
        due_at = next_morning(claimed.source.time_zone)
        _end(tx, claimed, "good", None, due_at=due_at, until=claimed.until.isoformat())
    return counts


def source_key(claimed: ClaimedSource) -> str:
    """Under which its figures stand: files of the same platform are the same figures."""
    source = claimed.source
    return source.name[:60] if source.platform == NAMED_BY_PEOPLE else source.platform


def settle_again(
    tx: Transaction, claimed: ClaimedSource, problem: str, seconds: float | None, *, pending: bool
) -> None:
    """It is tried again by itself: when the platform said, else later each time."""
    if not hold_lease(tx, claimed):
        return
    usual = DELAYS[min(claimed.source.attempts, len(DELAYS)) - 1]
    delay = timedelta(seconds=seconds) if seconds is not None else usual
    if not pending:
        _log(tx, claimed, "later", Counts(), problem)
    due_at = clock.later(tx.now, delay)
    _end(tx, claimed, "later", problem, due_at=due_at, until=claimed.source.collected_until)


def settle_failed(tx: Transaction, claimed: ClaimedSource, problem: str) -> None:
    """A person must look at it; it is tried once a day all the same."""
    if not hold_lease(tx, claimed):
        return
    _log(tx, claimed, "failed", Counts(), problem)
    due_at = next_morning(claimed.source.time_zone)
    _end(tx, claimed, "failed", problem, due_at=due_at, until=claimed.source.collected_until)


def _end(
    tx: Transaction,
    claimed: ClaimedSource,
    state: str,
    problem: str | None,
    *,
    due_at: str,
    until: str | None,
) -> None:
    if state != "later":
        forget_pages(tx, claimed.source.id)
    tx.run(
        """
        UPDATE campaign_sources
           SET state = :state, problem = :problem, due_at = :due_at, collected_until = :until, lease = NULL,
               lease_until = NULL, attempts = CASE WHEN :state = 'later' THEN attempts ELSE 0 END,
               ran_at = :now, collected_at = CASE WHEN :state = 'good' THEN :now ELSE collected_at END
         WHERE workspace_id = :workspace_id
           AND id = :source_id
        """,
        source_id=claimed.source.id,
        state=state,
        problem=None if problem is None else problem[:LONGEST_PROBLEM],
        due_at=due_at,
        until=until,
    )


def _log(tx: Transaction, claimed: ClaimedSource, outcome: str, counts: Counts, problem: str | None) -> None:
    tx.run(
        """
        INSERT INTO campaign_source_runs (workspace_id, source_id, outcome, first_day, last_day, rows,
                                          new_rows, changed_rows, unchanged_rows, left_out, problem, began_at,
                                          ended_at)
        VALUES (:workspace_id, :source_id, :outcome, :first_day, :last_day, :rows,
                :new, :changed, :unchanged, :left_out, :problem, :began_at,
                :now)
        """,
        source_id=claimed.source.id,
        outcome=outcome,
        first_day=claimed.since.isoformat(),
        last_day=claimed.until.isoformat(),
        rows=counts.rows,
        new=counts.new,
        changed=counts.changed,
        unchanged=counts.unchanged,
        left_out=counts.left_out,
        problem=None if problem is None else problem[:LONGEST_PROBLEM],
        began_at=claimed.began_at,
    )

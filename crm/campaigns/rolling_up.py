"""The sums of a month: calculated beside all else, and stored whole while the month is still the same."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from crm.campaigns.measures import Sums
from crm.campaigns.months import first_and_last_day
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Busy

ATTEMPTS = 10
CAMPAIGNS_AT_ONCE = 200
Key = tuple[int, str, str]
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class RolledUp:
    """`rows` are the daily rows that are counted. `stale`: days have changed since."""

    month: str
    campaigns: int
    rows: int
    rolled_at: str | None
    stale: bool


@dataclass(slots=True)
class MonthSums:
    """As of the `changes`-th change of the month. `days` has a bit for each day that there is."""

    month: str
    changes: int
    rows: int = 0
    sums: dict[Key, Sums] = field(default_factory=dict)
    days: dict[Key, int] = field(default_factory=dict)
    trend: dict[tuple[str, str, str], Sums] = field(default_factory=dict)

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for campaign_id, day, source, currency, *figures in rows:
            key, bit = (campaign_id, source, currency), 1 << (int(day[8:]) - 1)
            self.sums.setdefault(key, Sums()).add(*figures)
            self.days[key] = self.days.get(key, 0) | bit
            self.trend.setdefault((day, source, currency), Sums()).add(*figures)
            self.rows += 1


def _to_nobody(_done: int, _total: int) -> None:
    """Progress that no one watches."""


def roll_up(db: Database, actor: Actor, month: str, progress: Progress = _to_nobody) -> RolledUp:
    """Make the month's sums stand. Raises Busy where its days change faster than they are summed.

    `progress` is told, after each piece, how many campaigns of all have been read.
    """
    for _ in range(ATTEMPTS):
        found = calculate_in_pieces(db, actor, month, progress)
        if db.write(replace_month, actor, found):
            return db.read(state_of_month, actor, month)
    raise Busy("The days of this month are changing. Try again.")


def roll_up_stale(db: Database) -> int:
    """Each month whose days changed since it was summed, in every workspace. Returns how many."""
    stale = db.read(_stale_months, SYSTEM)
    for workspace_id, month in stale:
        roll_up(db, Actor(workspace_id, None), month)
    return len(stale)


def calculate_month(tx: Transaction, month: str) -> MonthSums:
    """In pieces, so that a million rows take little memory; all of one snapshot."""
    found = MonthSums(month, _changes_of(tx, month))
    ids = _next_campaigns(tx, 0)
    while ids:
        found.add(_daily_rows(tx, month, ids))
        ids = _next_campaigns(tx, ids[-1])
    return found


def calculate_in_pieces(db: Database, actor: Actor, month: str, progress: Progress) -> MonthSums:
    """The same, each piece read by itself: a snapshot of a million rows would outlast its deadline on a busy
    machine. Where days change between two pieces the month's counter moves, and nothing is replaced.
    """
    found = MonthSums(month, db.read(_changes_of, actor, month))
    done, total = 0, db.read(_count_campaigns, actor)
    ids = db.read(_next_campaigns, actor, 0)
    while ids:
        found.add(db.read(_daily_rows, actor, month, ids))
        done += len(ids)
        progress(done, total)
        ids = db.read(_next_campaigns, actor, ids[-1])
    return found


def _daily_rows(tx: Transaction, month: str, ids: list[int]) -> list[tuple[Any, ...]]:
    first, last = first_and_last_day(month)
    return tx.tuples(
        """
        SELECT d.campaign_id, d.day, d.source, d.currency, d.impressions, d.clicks, d.spend,
               d.conversions, d.value, d.untold
          FROM daily_kpi_data d
         WHERE d.workspace_id = :workspace_id
           AND d.campaign_id IN (SELECT value FROM json_each(:ids))
           AND d.day >= :first
           AND d.day <= :last
        """,
        ids=orjson.dumps(ids).decode(),
        first=first,
        last=last,
    )


def _next_campaigns(tx: Transaction, after: int) -> list[int]:
    """Also those in the trash: what they cost was spent."""
    found = tx.tuples(
        """
        SELECT c.id
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           AND c.id > :after
         ORDER BY c.id
         LIMIT :most
        """,
        after=after,
        most=CAMPAIGNS_AT_ONCE,
    )
    return [row[0] for row in found]


def _count_campaigns(tx: Transaction) -> int:
    return int(tx.value("SELECT count(*) FROM campaigns WHERE workspace_id = :workspace_id"))


def replace_month(tx: Transaction, found: MonthSums) -> bool:
    """Sums, report and the month's own row together; False, and nothing, where its days changed since."""
    if _changes_of(tx, found.month) != found.changes:
        return False
    tx.run(
        "DELETE FROM campaign_summaries WHERE workspace_id = :workspace_id AND month = :month",
        month=found.month,
    )
    _store_summaries(tx, found)
    _store_report(tx, found)
    tx.run(
        """
        INSERT INTO kpi_months (workspace_id, month, changes, rolled, rolled_at)
        VALUES (:workspace_id, :month, :changes, :changes, :now)
            ON CONFLICT (workspace_id, month)
            DO UPDATE SET rolled = excluded.rolled, rolled_at = excluded.rolled_at
        """,
        month=found.month,
        changes=found.changes,
    )
    return True


def _store_summaries(tx: Transaction, found: MonthSums) -> None:
    names = ("impressions", "clicks", "spend", "conversions", "value", "untold")
    tx.run_many(
        """
        INSERT INTO campaign_summaries (workspace_id, campaign_id, month, source, currency, impressions,
                                        clicks, spend, conversions, value, untold, days)
        VALUES (:workspace_id, :campaign_id, :month, :source, :currency, :impressions,
                :clicks, :spend, :conversions, :value, :untold, :days)
        """,
        [
            {
                "campaign_id": key[0],
                "month": found.month,
                "source": key[1],
                "currency": key[2],
                **dict(zip(names, sums.stored(), strict=True)),
                "days": found.days[key],
            }
            for key, sums in found.sums.items()
        ],
    )


def _store_report(tx: Transaction, found: MonthSums) -> None:
    """Of all campaigns together, each day by source and currency."""
    days = [[*key, *sums.stored()] for key, sums in sorted(found.trend.items())]
    tx.run(
        """
        INSERT INTO campaign_reports (workspace_id, month, changes, body)
        VALUES (:workspace_id, :month, :changes, :body)
            ON CONFLICT (workspace_id, month)
            DO UPDATE SET changes = excluded.changes, body = excluded.body
        """,
        month=found.month,
        changes=found.changes,
        body=_report_text(days),
    )


def _report_text(days: list[list[Any]]) -> str:
    """Sums of all campaigns may be more than 64 bits: as text, they stay exact."""
    return orjson.dumps({"days": [[*each[:3], *map(str, each[3:-1]), each[-1]] for each in days]}).decode()


def state_of_month(tx: Transaction, month: str) -> RolledUp:
    row = tx.one(
        """
        SELECT m.rolled_at, m.daily_rows, COALESCE(m.rolled, -1) <> m.changes AS stale,
               (SELECT count(DISTINCT s.campaign_id)
                  FROM campaign_summaries s
                 WHERE s.workspace_id = :workspace_id AND s.month = :month) AS campaigns
          FROM kpi_months m
         WHERE m.workspace_id = :workspace_id
           AND m.month = :month
        """,
        month=month,
    )
    if row is None:
        return RolledUp(month, 0, 0, None, stale=False)
    return RolledUp(month, row["campaigns"], row["daily_rows"], row["rolled_at"], stale=bool(row["stale"]))


def _changes_of(tx: Transaction, month: str) -> int:
    found = tx.value(
        "SELECT m.changes FROM kpi_months m WHERE m.workspace_id = :workspace_id AND m.month = :month",
        month=month,
    )
    return int(found or 0)


def _stale_months(tx: Transaction) -> list[tuple[int, str]]:
    return [
        (row[0], row[1])
        for row in tx.tuples(
            "SELECT m.workspace_id, m.month FROM kpi_months m WHERE m.rolled IS NULL OR m.rolled <> m.changes"
        )
    ]

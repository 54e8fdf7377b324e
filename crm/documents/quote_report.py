"""The report on quotes: how many were sent and accepted by month, what they were worth, and the rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from crm.db.transaction import Row, Transaction
from crm.leads.report_span import Span, span_of
from crm.leads.sums import stored_sum
from crm.money import LOW, as_major
from crm.records.seen import only_seen

NOBODY = 0
Moment = Literal["sent_at", "answered_at"]


@dataclass(frozen=True, slots=True)
class QuoteMonth:
    """Of one currency, in major units. `sent` counts by the moment at which the newest version was sent,
    `accepted` by that of the answer; `rate` is percent: how many of those sent in the month are accepted by
    now, None where none was sent.
    """

    month: str
    currency: str
    sent: int
    sent_value: int | float
    accepted: int
    accepted_value: int | float
    rate: float | None


@dataclass(frozen=True, slots=True)
class QuoteReport:
    """`totals` are of the whole period, one for each currency, whose `month` is empty; `owner_id` is 0 for no
    owner.
    """

    owner_id: int | None
    since: str
    until: str
    totals: list[QuoteMonth]
    months: list[QuoteMonth]


@dataclass(slots=True)
class Tally:
    sent: int = 0
    sent_stored: int = 0
    won: int = 0
    accepted: int = 0
    accepted_stored: int = 0

    def add(self, other: "Tally") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def shown(self, month: str, currency: str) -> QuoteMonth:
        rate = round(100 * self.won / self.sent, 1) if self.sent else None
        values = as_major(self.sent_stored), as_major(self.accepted_stored)
        return QuoteMonth(month, currency, self.sent, values[0], self.accepted, values[1], rate)


def report_quotes(
    tx: Transaction,
    *,
    months: int,
    timezone: str,
    owner_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuoteReport:
    """Of this month and those before, as months are where `timezone` is, or of the days `since` to `until`.

    Raises Invalid naming a day.
    """
    span = span_of(tx.now, timezone, months, since, until)
    tallies = _tallies(tx, span, owner_id)
    currencies = sorted({currency for currency, _ in tallies})
    by_month = [
        tallies.get((currency, place), Tally()).shown(label, currency)
        for currency in currencies
        for place, label in enumerate(span.labels)
    ]
    totals = [_total(tallies, currency).shown("", currency) for currency in currencies]
    return QuoteReport(owner_id, span.since, span.until, totals, by_month)


def _tallies(tx: Transaction, span: Span, owner_id: int | None) -> dict[tuple[str, int], Tally]:
    """By currency and place of the month."""
    found: dict[tuple[str, int], Tally] = {}
    for row in _sums(tx, span, "sent_at", owner_id):
        tally = found.setdefault((row["currency"], row["span"]), Tally())
        tally.sent, tally.sent_stored, tally.won = row["quotes"], stored_sum(row), row["won"]
    for row in _sums(tx, span, "answered_at", owner_id):
        tally = found.setdefault((row["currency"], row["span"]), Tally())
        tally.accepted, tally.accepted_stored = row["quotes"], stored_sum(row)
    return found


def _total(tallies: Mapping[tuple[str, int], Tally], currency: str) -> Tally:
    whole = Tally()
    for (code, _), tally in tallies.items():
        if code == currency:
            whole.add(tally)
    return whole


def _sums(tx: Transaction, span: Span, moment: Moment, owner_id: int | None) -> Sequence[Row]:
    """In one statement of all months; of drafts nothing counts, and of answers only acceptances."""
    inner = {f"bound_{index}": bound for index, bound in enumerate(span.bounds[1:-1])}
    ladder = " ".join(f"WHEN q.{moment} < :bound_{index} THEN {index}" for index in range(len(inner)))
    place = f"CASE {ladder} ELSE {len(inner)} END" if inner else "0"
    state = "q.state <> 'draft'" if moment == "sent_at" else "q.state = 'accepted'"
    mine, whose = _of_owner(owner_id)
    return tx.all(
        f"""
        SELECT spans.span, spans.currency, count(*) AS quotes, sum(spans.is_won) AS won,
               sum(spans.total_minor / {LOW}) AS high, sum(spans.total_minor % {LOW}) AS low
          FROM (SELECT {place} AS span, q.currency, q.total_minor,
                       CASE WHEN q.state = 'accepted' THEN 1 ELSE 0 END AS is_won
                  FROM quotes q
                 WHERE q.workspace_id = :workspace_id
                   AND q.deleted_at IS NULL
                   AND q.{moment} >= :since
                   AND q.{moment} < :until
                   AND {state}
                       {mine}
                       {only_seen(tx, "quote", "q")}) spans
         GROUP BY spans.span, spans.currency
         ORDER BY spans.span, spans.currency
        """,
        since=span.since,
        until=span.until,
        **inner,
        **whose,
    )


def _of_owner(owner_id: int | None) -> tuple[str, dict[str, int]]:
    if owner_id is None:
        return "", {}
    if owner_id == NOBODY:
        return "AND q.owner_id IS NULL", {}
    return "AND q.owner_id = :owner_id", {"owner_id": owner_id}

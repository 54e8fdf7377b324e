"""Sums of leads, for each currency: open, won and lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.db.transaction import Row, Transaction
from crm.db.values import Params
from crm.leads.filters import NOBODY
from crm.money import LOW, as_major, share
from crm.records.seen import only_seen

VALUE = f"sum(l.value_minor / {LOW}) AS high, sum(l.value_minor % {LOW}) AS low"


@dataclass(frozen=True, slots=True)
class Whose:
    """Which leads are summed up: of one pipeline or of all, of one owner (0: of nobody) or of all."""

    pipeline_id: int | None = None
    owner_id: int | None = None

    @property
    def of_owner(self) -> str:
        if self.owner_id is None:
            return ""
        return "AND l.owner_id IS NULL" if self.owner_id == NOBODY else "AND l.owner_id = :owner_id"

    @property
    def of_pipeline(self) -> str:
        return "" if self.pipeline_id is None else "AND l.pipeline_id = :pipeline_id"

    @property
    def params(self) -> Params:
        given = {"pipeline_id": self.pipeline_id, "owner_id": self.owner_id or None}
        return {name: value for name, value in given.items() if value is not None}


ALL = Whose()


@dataclass(frozen=True, slots=True)
class OpenSum:
    """In major units. `weighted` is by the probability of each lead's stage."""

    currency: str
    leads: int
    value: int | float
    weighted: int | float


@dataclass(frozen=True, slots=True)
class ClosedSum:
    """Of those that were closed in the span of that index, as `status` says; `stored` as money is stored."""

    span: int
    status: str
    currency: str
    leads: int
    stored: int

    @property
    def value(self) -> int | float:
        return as_major(self.stored)


def stored_sum(row: Row) -> int:
    """Of a row with VALUE."""
    return int(row["high"] * LOW + row["low"])


def sum_open(tx: Transaction, whose: Whose = ALL) -> list[OpenSum]:
    """Of each currency, that of the most leads first."""
    stages = "" if whose.pipeline_id is None else "AND s.pipeline_id = :pipeline_id"
    rows = tx.all(
        f"""
        SELECT each.currency, each.leads, each.high, each.low, s.probability
          FROM (SELECT l.stage_id, l.currency, count(*) AS leads, {VALUE}
                  FROM leads l
                 WHERE l.workspace_id = :workspace_id
                   AND l.deleted_at IS NULL
                   AND l.closed_at IS NULL
                   AND l.stage_id IN (SELECT s.id
                                        FROM stages s
                                       WHERE s.workspace_id = :workspace_id {stages})
                       {whose.of_owner}
                       {only_seen(tx, "lead", "l")}
                 GROUP BY l.stage_id, l.currency) each
          JOIN stages s ON s.workspace_id = :workspace_id AND s.id = each.stage_id
        """,
        **whose.params,
    )
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["currency"], []).append(row)
    return sorted((_open_sum(code, of) for code, of in found.items()), key=lambda each: -each.leads)


def _open_sum(currency: str, rows: Sequence[Row]) -> OpenSum:
    weighted = sum(share(stored_sum(row), row["probability"], currency) for row in rows)
    return OpenSum(
        currency=currency,
        leads=sum(row["leads"] for row in rows),
        value=as_major(sum(map(stored_sum, rows))),
        weighted=as_major(weighted),
    )


def sum_closed(tx: Transaction, bounds: Sequence[str], whose: Whose = ALL) -> list[ClosedSum]:
    """In one statement of all the spans between the moments `bounds`, in their order."""
    inner = {f"bound_{index}": bound for index, bound in enumerate(bounds[1:-1])}
    ladder = " ".join(f"WHEN l.closed_at < :bound_{index} THEN {index}" for index in range(len(inner)))
    span = f"CASE {ladder} ELSE {len(inner)} END" if inner else "0"
    rows = tx.all(
        f"""
        SELECT spans.span, spans.status, spans.currency, count(*) AS leads,
               sum(spans.value_minor / {LOW}) AS high, sum(spans.value_minor % {LOW}) AS low
          FROM (SELECT {span} AS span, l.status, l.currency, l.value_minor
                  FROM leads l
                 WHERE l.workspace_id = :workspace_id
                   AND l.deleted_at IS NULL
                   AND l.closed_at >= :since
                   AND l.closed_at < :until
                   AND l.status IN ('won', 'lost')
                       {whose.of_pipeline}
                       {whose.of_owner}
                       {only_seen(tx, "lead", "l")}) spans
         GROUP BY spans.span, spans.status, spans.currency
         ORDER BY spans.span, leads DESC, spans.currency
        """,
        since=bounds[0],
        until=bounds[-1],
        **inner,
        **whose.params,
    )
    return [
        ClosedSum(row["span"], row["status"], row["currency"], row["leads"], stored_sum(row)) for row in rows
    ]

"""What became of the leads that campaigns brought: how far each came, and its money, counted once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from crm.db.transaction import Transaction
from crm.deals.lead_money import LeadMoney, delivered_by_lead
from crm.documents.lead_money import paid_by_lead
from crm.records.seen import only_seen

Basis = Literal["invoices", "deal", "value"]
BATCH = 1_000
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class LeadResult:
    """`money` is in whole ten-thousandths by currency, of one `basis`: paid invoices, else delivered deals,
    else the value of a won lead. `qualified`: it came beyond the first stage of its pipeline, or was won.
    """

    lead_id: int
    campaign_id: int
    created_at: str
    qualified: bool
    won: bool
    money: Mapping[str, int]
    basis: Basis | None


def lead_results(
    tx: Transaction, since: str, until: str, *, campaign_id: int | None = None
) -> list[LeadResult]:
    """Of the live leads that came from `since` to before `until`, in their order."""
    rows = _rows(tx, since, until, campaign_id)
    return [
        each for begin in range(0, len(rows), BATCH) for each in _results(tx, rows[begin : begin + BATCH])
    ]


def _results(tx: Transaction, rows: list[Row]) -> Iterator[LeadResult]:
    ids = [row[0] for row in rows]
    paid, delivered, qualified = paid_by_lead(tx, ids), delivered_by_lead(tx, ids), _qualified(tx, ids)
    for lead_id, campaign_id, created_at, status, value, currency in rows:
        won = status == "won"
        own = {currency: value} if won and value else {}
        money, basis = money_of(lead_id, paid, delivered, own)
        qualifies = won or lead_id in qualified
        yield LeadResult(lead_id, campaign_id, created_at, qualifies, won, money, basis)


def money_of(
    lead_id: int, paid: LeadMoney, delivered: LeadMoney, own: Mapping[str, int]
) -> tuple[Mapping[str, int], Basis | None]:
    """One source alone, so that no sale is counted twice."""
    if lead_id in paid:
        return paid[lead_id], "invoices"
    if lead_id in delivered:
        return delivered[lead_id], "deal"
    return own, "value" if own else None


def _rows(tx: Transaction, since: str, until: str, campaign_id: int | None) -> list[Row]:
    """Id, campaign, moment, status, value and currency."""
    return tx.tuples(
        f"""
        SELECT l.id, lc.campaign_id, l.created_at, l.status, l.value_minor, l.currency
          FROM leads l
          JOIN lead_campaigns lc ON lc.workspace_id = l.workspace_id AND lc.lead_id = l.id
         WHERE l.workspace_id = :workspace_id
           AND l.created_at >= :since
           AND l.created_at < :until
           AND l.deleted_at IS NULL
           AND {"lc.campaign_id = :campaign_id" if campaign_id else "lc.campaign_id IS NOT NULL"}
           {only_seen(tx, "lead", "l")}
         ORDER BY l.created_at
        """,
        since=since,
        until=until,
        **({"campaign_id": campaign_id} if campaign_id else {}),
    )


def _qualified(tx: Transaction, ids: list[int]) -> set[int]:
    """Those that have been in a stage after the first of their pipeline that is not lost."""
    rows = tx.tuples(
        """
        SELECT DISTINCT y.lead_id
          FROM stage_stays y
          JOIN stages s ON s.workspace_id = y.workspace_id AND s.id = y.stage_id
         WHERE y.workspace_id = :workspace_id
           AND y.lead_id IN (SELECT value FROM json_each(:ids))
           AND s.kind <> 'lost'
           AND EXISTS (SELECT 1
                         FROM stages f
                        WHERE f.workspace_id = s.workspace_id
                          AND f.pipeline_id = s.pipeline_id
                          AND f.deleted_at IS NULL
                          AND f.kind = 'open'
                          AND f.rank < s.rank)
        """,
        ids=orjson.dumps(ids).decode(),
    )
    return {row[0] for row in rows}

"""What became of the leads that campaigns brought: how far each came, and its money, counted once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from crm.db.transaction import Transaction
from crm.deals.lead_money import LeadMoney, delivered_by_lead
from crm.documents.lead_money import paid_by_lead
from crm.leads.lead import Lead
from crm.leads.report_span import Span
from crm.money import as_major
from crm.records.seen import only_seen

Basis = Literal["invoices", "deal", "value"]
Grain = Literal["span", "month", "moment"]
LeadMoneys = tuple[int, tuple[Any, ...], Basis, Mapping[str, int]]
BATCH = 1_000
ONE = "'0'"
"""In place of when a lead came, where that does not matter."""
HOUR, MINUTE = 13, 16
"""So many signs of a moment tell these."""
BEYOND = """
    SELECT s.id
      FROM stages s
     WHERE s.workspace_id = :workspace_id
       AND s.kind <> 'lost'
       AND EXISTS (SELECT 1
                     FROM stages f
                    WHERE f.workspace_id = s.workspace_id
                      AND f.pipeline_id = s.pipeline_id
                      AND f.deleted_at IS NULL
                      AND f.kind = 'open'
                      AND f.rank < s.rank)
"""
QUALIFIED = """(l.status = 'won'
                OR EXISTS (SELECT 1
                             FROM stage_stays y
                            WHERE y.workspace_id = l.workspace_id
                              AND y.lead_id = l.id
                              AND y.stage_id IN (SELECT value FROM json_each(:beyond))))"""


@dataclass(slots=True)
class LeadSum:
    """Of leads of one campaign, perhaps by what the platform calls ad and ad set, that came at about the same
    time. `money` is in whole ten-thousandths, by its basis and currency: paid invoices, else delivered deals,
    else the value of a won lead. `qualified`: beyond the first stage of the pipeline, or won.
    """

    campaign_id: int
    came: str
    leads: int = 0
    qualified: int = 0
    won: int = 0
    money: dict[tuple[Basis, str], int] = field(default_factory=dict)
    ad_id: str | None = None
    ad_set_id: str | None = None


@dataclass(frozen=True, slots=True)
class Sought:
    """The leads that came in the span. `grain` says what `came` is: nothing, the place of the month in it,
    or the moment as far as days of a zone need it. Those of one campaign are taken by ads.
    """

    span: Span
    grain: Grain = "span"
    campaign_id: int | None = None
    by_ad: bool = False

    @property
    def key(self) -> str:
        return f"lc.campaign_id, {self._came or ONE}{self._ads}"

    @property
    def groups(self) -> str:
        """As `key`, without what is the same for all."""
        return f"lc.campaign_id{self._came and f', {self._came}'}{self._ads}"

    @property
    def _ads(self) -> str:
        return ", lc.ad_id, lc.ad_set_id" if self.by_ad else ""

    @property
    def _came(self) -> str:
        if self.grain == "moment":
            whole = all(bound[HOUR:MINUTE] == ":00" for bound in self.span.bounds)
            return f"substr(l.created_at, 1, {HOUR if whole else MINUTE})"
        places = range(1, len(self.span.labels)) if self.grain == "month" else ()
        cases = " ".join(f"WHEN l.created_at < :bound_{place} THEN '{place - 1}'" for place in places)
        return f"CASE {cases} ELSE '{len(places)}' END" if cases else ""

    @property
    def source(self) -> str:
        return f"""
          FROM leads l
          JOIN lead_campaigns lc ON lc.workspace_id = l.workspace_id AND lc.lead_id = l.id
         WHERE l.workspace_id = :workspace_id
           AND l.created_at >= :since
           AND l.created_at < :until
           AND l.deleted_at IS NULL
           AND {"lc.campaign_id = :campaign_id" if self.campaign_id else "lc.campaign_id IS NOT NULL"}"""

    @property
    def params(self) -> dict[str, Any]:
        bounds = enumerate(self.span.bounds[:-1]) if self.grain == "month" else ()
        return {
            "since": self.span.since,
            "until": self.span.until,
            **({"campaign_id": self.campaign_id} if self.campaign_id else {}),
            **{f"bound_{place}": bound for place, bound in bounds if place},
        }


def sum_leads(tx: Transaction, sought: Sought) -> list[LeadSum]:
    """Of the live leads that the actor sees."""
    found = {tuple(row[3:]): _counted(row) for row in _counts(tx, sought)}
    for _, key, basis, money in money_of_leads(tx, sought):
        held = found[key].money
        for currency, amount in money.items():
            held[basis, currency] = held.get((basis, currency), 0) + amount
    return list(found.values())


def list_leads(tx: Transaction, sought: Sought, *, qualified: bool = False) -> list[tuple[Any, ...]]:
    """The id and the status of each lead that `sum_leads` counts, and its key."""
    return tx.tuples(
        f"""
        SELECT l.id, l.status, {sought.key}
        {sought.source}
           {f"AND {QUALIFIED}" if qualified else ""}
           {only_seen(tx, "lead", "l")}
        """,
        **({"beyond": _beyond(tx)} if qualified else {}),
        **sought.params,
    )


def money_of_leads(tx: Transaction, sought: Sought) -> Iterator[LeadMoneys]:
    """Of each lead that has some: its id, its key, and what the money was taken from."""
    rows = _moneyed(tx, sought)
    for begin in range(0, len(rows), BATCH):
        yield from _moneys(tx, rows[begin : begin + BATCH])


def _beyond(tx: Transaction) -> str:
    return orjson.dumps([row[0] for row in tx.tuples(BEYOND)]).decode()


def _counted(row: tuple[Any, ...]) -> LeadSum:
    leads, qualified, won, campaign_id, came, *ads = row
    ad_id, ad_set_id = ads or (None, None)
    return LeadSum(campaign_id, came, leads, qualified, won, ad_id=ad_id, ad_set_id=ad_set_id)


def _counts(tx: Transaction, sought: Sought) -> list[tuple[Any, ...]]:
    return tx.tuples(
        f"""
        SELECT COUNT(*), SUM(CASE WHEN {QUALIFIED} THEN 1 ELSE 0 END),
               SUM(CASE WHEN l.status = 'won' THEN 1 ELSE 0 END), {sought.key}
        {sought.source}
           {only_seen(tx, "lead", "l")}
         GROUP BY {sought.groups}
        """,
        beyond=_beyond(tx),
        **sought.params,
    )


def _moneyed(tx: Transaction, sought: Sought) -> list[tuple[Any, ...]]:
    """Of the leads that may have money: id, status, value, currency and their key."""
    return tx.tuples(
        f"""
        SELECT l.id, l.status, l.value_minor, l.currency, {sought.key}
        {sought.source}
           AND (l.status = 'won'
                OR l.id IN (SELECT d.lead_id FROM deals d WHERE d.workspace_id = :workspace_id)
                OR l.id IN (SELECT q.lead_id FROM quotes q WHERE q.workspace_id = :workspace_id))
           {only_seen(tx, "lead", "l")}
        """,
        **sought.params,
    )


def _moneys(tx: Transaction, rows: list[tuple[Any, ...]]) -> Iterator[LeadMoneys]:
    ids = [row[0] for row in rows]
    paid, delivered = paid_by_lead(tx, ids), delivered_by_lead(tx, ids)
    for lead_id, status, value, currency, *key in rows:
        own = {currency: value} if status == "won" and value else {}
        money, basis = money_of(lead_id, paid, delivered, own)
        if basis is not None:
            yield lead_id, tuple(key), basis, money


def money_of(
    lead_id: int, paid: LeadMoney, delivered: LeadMoney, own: Mapping[str, int]
) -> tuple[Mapping[str, int], Basis | None]:
    """One source alone, so that no sale is counted twice."""
    if lead_id in paid:
        return paid[lead_id], "invoices"
    if lead_id in delivered:
        return delivered[lead_id], "deal"
    return own, "value" if own else None


def money_of_lead(tx: Transaction, lead: Lead) -> tuple[int | float, str]:
    """Of a won lead, in major units of one currency: its own where there are several, else the first."""
    paid, delivered = paid_by_lead(tx, [lead.id]), delivered_by_lead(tx, [lead.id])
    money, _ = money_of(lead.id, paid, delivered, {})
    if not money:
        return lead.value, lead.currency
    currency = lead.currency if lead.currency in money else min(money)
    return as_major(money[currency]), currency

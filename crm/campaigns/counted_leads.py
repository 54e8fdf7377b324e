"""The leads behind a number of the report on leads and sales: exactly those that it counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from crm.campaigns.ad_results import known_ads
from crm.campaigns.fields import Channel
from crm.campaigns.lead_results import Basis, Sought, list_leads, money_of_leads
from crm.campaigns.measures import Number, in_units
from crm.campaigns.period import Days
from crm.campaigns.result_tally import TEN_THOUSANDTHS
from crm.campaigns.results import Campaigning, know_campaigns
from crm.campaigns.span_sums import sum_span
from crm.db.transaction import Transaction

SHOWN = 100
Counted = Literal["leads", "qualified", "won", "money", "invoices", "deal", "value"]
OF_MONEY: dict[str, frozenset[Basis]] = {
    "money": frozenset({"invoices", "deal", "value"}),
    "invoices": frozenset({"invoices"}),
    "deal": frozenset({"deal"}),
    "value": frozenset({"value"}),
}
Money = Mapping[int, tuple[Basis, int]]
LeadRow = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is counted, in a currency, of the leads that came in `came`; `days` are those of the report, by
    whose spend the currency of a campaign is known. `ad_id` and `ad_set_id` are 0 for none that is known.
    """

    counted: Counted
    currency: str
    days: Days
    came: Days
    channel: Channel | None = None
    campaign_id: int | None = None
    ad_id: int | None = None
    ad_set_id: int | None = None

    def sought(self, now: str, timezone: str) -> Sought:
        by_ad = self.ad_id is not None or self.ad_set_id is not None
        return Sought(self.came.span(now, timezone), "span", self.campaign_id, by_ad=by_ad)


@dataclass(frozen=True, slots=True)
class CountedLead:
    """`money` is what it counts with in the wanted currency, and `basis` what that was taken from."""

    id: int
    title: str
    status: str
    created_at: str
    campaign: str
    money: Number
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class CountedLeads:
    """`leads` are those from the wanted place on, the newest first; `count` and `money` are of all."""

    leads: list[CountedLead]
    count: int
    money: Number


def list_counted_leads(tx: Transaction, wanted: Wanted, timezone: str, *, after: int = 0) -> CountedLeads:
    """Raises Invalid where the period is too long."""
    sought = wanted.sought(tx.now, timezone)
    money = {
        lead_id: (basis, amounts[wanted.currency])
        for lead_id, _, basis, amounts in money_of_leads(tx, sought)
        if wanted.currency in amounts
    }
    ids = sorted(_counted(tx, wanted, sought, money), reverse=True)
    whole = sum(money[lead_id][1] for lead_id in ids if lead_id in money)
    return CountedLeads(_told(tx, ids[after : after + SHOWN], money), len(ids), _major(whole))


def _counted(tx: Transaction, wanted: Wanted, sought: Sought, money: Money) -> list[int]:
    rows = list_leads(tx, sought, qualified=wanted.counted == "qualified")
    spent = sum_span(tx, wanted.days, campaign_id=wanted.campaign_id)
    known = know_campaigns(tx, spent, {row[2] for row in rows})
    right = _of_money(wanted, money) if wanted.counted in OF_MONEY else _of_currency(wanted, known)
    places = known_ads(tx, wanted.campaign_id) if sought.by_ad and wanted.campaign_id else None
    return [
        row[0]
        for row in rows
        if right(row)
        and (wanted.channel is None or known[row[2]].channel == wanted.channel)
        and (places is None or _of_ad(wanted, places.place_of(*row[4:])))
    ]


def _of_money(wanted: Wanted, money: Money) -> Callable[[LeadRow], bool]:
    return lambda row: row[0] in money and money[row[0]][0] in OF_MONEY[wanted.counted]


def _of_currency(wanted: Wanted, known: Mapping[int, Campaigning]) -> Callable[[LeadRow], bool]:
    """Those of one campaign stand whole with each of its currencies."""
    won = wanted.counted == "won"
    return lambda row: (
        (wanted.campaign_id is not None or wanted.currency in known[row[2]].currencies)
        and (not won or row[1] == "won")
    )


def _of_ad(wanted: Wanted, place: tuple[int, int]) -> bool:
    return wanted.ad_id in {None, place[1]} and wanted.ad_set_id in {None, place[0]}


def _told(tx: Transaction, ids: list[int], money: Money) -> list[CountedLead]:
    rows = tx.tuples(
        """
        SELECT l.id, l.title, l.status, l.created_at, c.name
          FROM leads l
          JOIN lead_campaigns lc ON lc.workspace_id = l.workspace_id AND lc.lead_id = l.id
          JOIN campaigns c ON c.workspace_id = lc.workspace_id AND c.id = lc.campaign_id
         WHERE l.workspace_id = :workspace_id
           AND l.id IN (SELECT value FROM json_each(:ids))
        """,
        ids=orjson.dumps(ids).decode(),
    )
    found = [(row, money.get(row[0], (None, 0))) for row in rows]
    leads = [_lead(row, amount, basis) for row, (basis, amount) in found]
    return sorted(leads, key=lambda each: -each.id)


def _lead(row: LeadRow, amount: int, basis: Basis | None) -> CountedLead:
    lead_id, title, status, created_at, campaign = row
    return CountedLead(lead_id, title, status, created_at, campaign, _major(amount), basis)


def _major(stored: int) -> Number:
    return in_units(stored, TEN_THOUSANDTHS) or 0

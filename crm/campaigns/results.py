"""What the leads and sales of campaigns cost, by campaign, channel and time. Currencies are never added."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from crm.campaigns.exchange_rates import get_exchange_rates
from crm.campaigns.lead_results import HOUR, LeadSum, Sought, sum_leads
from crm.campaigns.months import month_of
from crm.campaigns.period import Days, partial_months, point_labels
from crm.campaigns.result_tally import Result, Tally, result_of
from crm.campaigns.source_sums import SourcedSums
from crm.campaigns.span_sums import sum_span
from crm.campaigns.stored_reports import StoredDays, read_stored_days
from crm.campaigns.together import Together, put_together
from crm.db.transaction import Transaction

MOST_RESULTS = 50
Tallies = defaultdict[tuple[Any, str], Tally]


@dataclass(frozen=True, slots=True)
class CampaignResults:
    """Of the leads that came from `since` to `until`, with what became of them later. A lead stands with the
    currency in which its campaign cost, and its money with its own: `together` counts each once, where there
    are several. A `partial` month is not over yet: its leads and spend are those of its days so far. `points`
    are days, or months where they are many. `totals_before` are of the compared days.
    """

    since: str
    until: str
    before: Days | None
    partial: list[str]
    by_day: bool
    totals: list[Result]
    totals_before: list[Result]
    together: Together | None
    points: list[Result]
    channels: list[Result]
    campaigns: list[Result]
    left_out: int


@dataclass(frozen=True, slots=True)
class Campaigning:
    """A campaign as its results need it: with the currencies in which it cost, else its own."""

    name: str
    channel: str
    currencies: frozenset[str]


def campaign_results(
    tx: Transaction, days: Days, compared: Days | None, timezone: str, today: date
) -> CampaignResults:
    """Leads by days of the reader's zone; spend by the days of the platforms."""
    span = days.span(tx.now, timezone)
    leads = sum_leads(tx, Sought(span, "moment" if days.by_day else "month"))
    spent, stored = sum_span(tx, days), read_stored_days(tx, days)
    known = know_campaigns(tx, spent, {each.campaign_id for each in leads})
    of_campaigns = _by_campaign(spent, leads, known)
    totals = _results(_together(of_campaigns, known, channels=False))
    came = _came(leads, days, timezone)
    return CampaignResults(
        since=days.first,
        until=days.last,
        before=compared,
        partial=partial_months(days, today.isoformat()),
        by_day=days.by_day,
        totals=totals,
        totals_before=_totals(tx, compared, timezone) if compared else [],
        together=_once(tx, leads, stored, days, today) if len(totals) > 1 else None,
        points=_points(point_labels(days, today), _spent_on(stored, by_day=days.by_day), came, known),
        channels=_results(_together(of_campaigns, known, channels=True)),
        campaigns=_named(of_campaigns, known),
        left_out=max(0, len(of_campaigns) - MOST_RESULTS),
    )


def campaign_own_results(tx: Transaction, days: Days, timezone: str, campaign_id: int) -> list[Result]:
    """Of one campaign, by currency."""
    spent = sum_span(tx, days, campaign_id=campaign_id)
    leads = sum_leads(tx, Sought(days.span(tx.now, timezone), campaign_id=campaign_id))
    known = know_campaigns(tx, spent, {each.campaign_id for each in leads})
    return _named(_by_campaign(spent, leads, known), known)


def _totals(tx: Transaction, days: Days, timezone: str) -> list[Result]:
    spent, leads = sum_span(tx, days), sum_leads(tx, Sought(days.span(tx.now, timezone)))
    known = know_campaigns(tx, spent, {each.campaign_id for each in leads})
    return _results(_together(_by_campaign(spent, leads, known), known, channels=False))


def _once(tx: Transaction, leads: Iterable[LeadSum], stored: StoredDays, days: Days, today: date) -> Together:
    """Money by the rates of the last day, spend by those of each."""
    last = min(days.last, today.isoformat())
    return put_together(get_exchange_rates(tx).worth, leads, stored, last)


def know_campaigns(
    tx: Transaction, spent: Mapping[tuple[int, str], SourcedSums], others: Iterable[int]
) -> dict[int, Campaigning]:
    """Those that cost something and the others, also in the trash."""
    currencies: dict[int, set[str]] = {each: set() for each in others}
    for campaign_id, currency in spent:
        currencies.setdefault(campaign_id, set()).add(currency)
    rows = tx.tuples(
        """
        SELECT c.id, c.name, c.channel, c.currency
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           AND c.id IN (SELECT value FROM json_each(:ids))
        """,
        ids=orjson.dumps(sorted(currencies)).decode(),
    )
    return {row[0]: Campaigning(row[1], row[2], frozenset(currencies[row[0]] or {row[3]})) for row in rows}


def _by_campaign(
    spent: Mapping[tuple[int, str], SourcedSums],
    leads: Iterable[LeadSum],
    known: Mapping[int, Campaigning],
) -> Tallies:
    found: Tallies = defaultdict(Tally, {key: Tally(sums) for key, sums in spent.items()})
    for lead in leads:
        _count(found, lead.campaign_id, lead, known[lead.campaign_id].currencies)
    return found


def _count(found: Tallies, key: Any, lead: LeadSum, currencies: Iterable[str]) -> None:
    for currency in currencies:
        found[key, currency].count(lead)
    for (basis, currency), amount in lead.money.items():
        found[key, currency].earn(basis, amount)


def _together(of_campaigns: Tallies, known: Mapping[int, Campaigning], *, channels: bool) -> Tallies:
    """Of each channel, or of all campaigns."""
    found: Tallies = defaultdict(Tally)
    for (campaign_id, currency), tally in of_campaigns.items():
        key = (known[campaign_id].channel if channels else "", currency)
        found[key].add(tally)
    return found


def _spent_on(stored: StoredDays, *, by_day: bool) -> Tallies:
    """By day or month, and currency."""
    found: Tallies = defaultdict(Tally)
    for (day, currency), sums in stored.days.items():
        label = day if by_day else month_of(day)
        found[(label, currency)].sums.join(sums)
    return found


def _came(leads: Iterable[LeadSum], days: Days, timezone: str) -> Iterable[tuple[str, LeadSum]]:
    """With the day in that zone, or the month of the span."""
    if not days.by_day:
        return ((days.months[int(each.came)], each) for each in leads)
    zone, known = ZoneInfo(timezone), dict[str, str]()
    for each in leads:
        if each.came not in known:
            known[each.came] = _day_in(zone, each.came)
    return ((known[each.came], each) for each in leads)


def _day_in(zone: ZoneInfo, moment: str) -> str:
    """Of one that is told to the hour or the minute."""
    told = datetime.fromisoformat(f"{moment}:00+00:00" if len(moment) == HOUR else f"{moment}+00:00")
    return told.astimezone(zone).date().isoformat()


def _points(
    labels: Iterable[str],
    found: Tallies,
    came: Iterable[tuple[str, LeadSum]],
    known: Mapping[int, Campaigning],
) -> list[Result]:
    """By all days, or months: without figures, the spend of one is missing, and not zero."""
    for label, lead in came:
        _count(found, label, lead, known[lead.campaign_id].currencies)
    for currency in {currency for _, currency in found}:
        for label in labels:
            found.setdefault((label, currency), Tally())
    return [result_of(*key, tally) for key, tally in sorted(found.items(), key=lambda each: each[0])]


def _named(found: Tallies, known: Mapping[int, Campaigning]) -> list[Result]:
    """Those that spent most first, then those with most leads; no more than are listed."""
    dearest = sorted(found.items(), key=_dearest)[:MOST_RESULTS]
    return [result_of(known[key].name, currency, tally, key) for (key, currency), tally in dearest]


def _results(found: Tallies) -> list[Result]:
    return [result_of(*key, tally) for key, tally in sorted(found.items(), key=_dearest)]


def _dearest(each: tuple[tuple[Any, str], Tally]) -> tuple[Any, ...]:
    key, tally = each
    return -tally.sums.spend, -tally.leads, key

"""What the leads and sales of campaigns cost, by campaign, channel and time. Currencies are never added."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from crm.campaigns.lead_results import HOUR, MINUTE, LeadSum, Sought, sum_leads
from crm.campaigns.missing_days import days_between
from crm.campaigns.months import first_and_last_day, month_of, partial_months
from crm.campaigns.result_tally import Result, Tally, result_of
from crm.campaigns.source_sums import SourcedSums
from crm.campaigns.span_sums import sum_span
from crm.campaigns.stored_reports import read_stored_days
from crm.db.transaction import Transaction
from crm.leads.report_span import Span

MONTHS_BY_DAY = 2
MOST_RESULTS = 50
Tallies = defaultdict[tuple[Any, str], Tally]


@dataclass(frozen=True, slots=True)
class CampaignResults:
    """Of the leads that came in the span, with what became of them later. A `partial` month is not over yet:
    its leads and spend are those of its days so far. `points` are days, or months where the span is long.
    """

    first: str
    last: str
    partial: list[str]
    by_day: bool
    totals: list[Result]
    points: list[Result]
    channels: list[Result]
    campaigns: list[Result]
    left_out: int


@dataclass(frozen=True, slots=True)
class Campaigning:
    """A campaign as its results need it."""

    name: str
    channel: str
    currencies: frozenset[str]


def campaign_results(tx: Transaction, span: Span, timezone: str) -> CampaignResults:
    """Leads by days of the reader's zone; spend by the days of the platforms."""
    first, last = span.labels[0], span.labels[-1]
    by_day = len(span.labels) <= MONTHS_BY_DAY
    leads = sum_leads(tx, Sought(span, "moment" if by_day else "month"))
    spent = sum_span(tx, first, last)
    known = _known(tx, spent, leads)
    of_campaigns = _by_campaign(spent, leads, known)
    today = _day_in(ZoneInfo(timezone), tx.now[:MINUTE])
    return CampaignResults(
        first=first,
        last=last,
        partial=partial_months(last, today),
        by_day=by_day,
        totals=_results(_together(of_campaigns, known, channels=False)),
        points=_points(
            _labels(span, today) if by_day else span.labels,
            _spent_on(tx, span, by_day=by_day),
            _came(leads, span, timezone, by_day=by_day),
            known,
        ),
        channels=_results(_together(of_campaigns, known, channels=True)),
        campaigns=_named(of_campaigns, known),
        left_out=max(0, len(of_campaigns) - MOST_RESULTS),
    )


def campaign_own_results(tx: Transaction, span: Span, campaign_id: int) -> list[Result]:
    """Of one campaign, by currency."""
    first, last = span.labels[0], span.labels[-1]
    spent = sum_span(tx, first, last, campaign_id=campaign_id)
    leads = sum_leads(tx, Sought(span, campaign_id=campaign_id))
    known = _known(tx, spent, leads)
    return _named(_by_campaign(spent, leads, known), known)


def _known(
    tx: Transaction, spent: Mapping[tuple[int, str], SourcedSums], leads: Iterable[LeadSum]
) -> dict[int, Campaigning]:
    """Also those in the trash. Their currencies are those of spend and money, else their own."""
    currencies: dict[int, set[str]] = {}
    for campaign_id, currency in spent:
        currencies.setdefault(campaign_id, set()).add(currency)
    for lead in leads:
        held = currencies.setdefault(lead.campaign_id, set())
        if lead.money:
            held.update(currency for _, currency in lead.money)
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
    spent: Mapping[tuple[int, str], SourcedSums], leads: Iterable[LeadSum], known: Mapping[int, Campaigning]
) -> Tallies:
    found: Tallies = defaultdict(Tally, {key: Tally(sums) for key, sums in spent.items()})
    for lead in leads:
        for currency in known[lead.campaign_id].currencies:
            found[(lead.campaign_id, currency)].count(lead, currency)
    return found


def _together(of_campaigns: Tallies, known: Mapping[int, Campaigning], *, channels: bool) -> Tallies:
    """Of each channel, or of all campaigns."""
    found: Tallies = defaultdict(Tally)
    for (campaign_id, currency), tally in of_campaigns.items():
        key = (known[campaign_id].channel if channels else "", currency)
        found[key].add(tally)
    return found


def _spent_on(tx: Transaction, span: Span, *, by_day: bool) -> Tallies:
    """By day or month, and currency."""
    found: Tallies = defaultdict(Tally)
    for (day, currency), sums in read_stored_days(tx, span.labels[0], span.labels[-1]).days.items():
        label = day if by_day else month_of(day)
        found[(label, currency)].sums.join(sums)
    return found


def _came(
    leads: Iterable[LeadSum], span: Span, timezone: str, *, by_day: bool
) -> Iterable[tuple[str, LeadSum]]:
    """With the day in that zone, or the month of the span."""
    if not by_day:
        return ((span.labels[int(each.came)], each) for each in leads)
    zone, days = ZoneInfo(timezone), dict[str, str]()
    for each in leads:
        if each.came not in days:
            days[each.came] = _day_in(zone, each.came)
    return ((days[each.came], each) for each in leads)


def _day_in(zone: ZoneInfo, moment: str) -> str:
    """Of one that is told to the hour or the minute."""
    told = datetime.fromisoformat(f"{moment}:00+00:00" if len(moment) == HOUR else f"{moment}+00:00")
    return told.astimezone(zone).date().isoformat()


def _labels(span: Span, today: str) -> list[str]:
    """The days of these months, up to today."""
    last = min(first_and_last_day(span.labels[-1])[1], today)
    return list(days_between(f"{span.labels[0]}-01", last))


def _points(
    labels: Iterable[str],
    found: Tallies,
    came: Iterable[tuple[str, LeadSum]],
    known: Mapping[int, Campaigning],
) -> list[Result]:
    """By all days, or months: without figures, the spend of one is missing, and not zero."""
    for label, lead in came:
        for currency in known[lead.campaign_id].currencies:
            found[(label, currency)].count(lead, currency)
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

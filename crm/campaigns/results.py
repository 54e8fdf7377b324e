"""What the leads and sales of campaigns cost, by campaign, channel and time. Currencies are never added."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from crm import clock
from crm.campaigns.lead_results import LeadResult, lead_results
from crm.campaigns.measures import Sums
from crm.campaigns.months import month_of
from crm.campaigns.result_tally import Result, Tally, result_of
from crm.campaigns.span_sums import sum_span
from crm.campaigns.stored_reports import read_stored_days
from crm.db.transaction import Transaction
from crm.leads.report_span import Span

MONTHS_BY_DAY = 2
MOST_RESULTS = 50
Tallies = dict[tuple[Any, str], Tally]


@dataclass(frozen=True, slots=True)
class CampaignResults:
    """Of the leads that came in the span, with what became of them later. `points` are days, or months where
    the span is long.
    """

    first: str
    last: str
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
    spent, leads = sum_span(tx, first, last), lead_results(tx, span.since, span.until)
    known = _known(tx, spent, leads)
    by_day = len(span.labels) <= MONTHS_BY_DAY
    campaigns = _named(_by_campaign(spent, leads, known), known)
    return CampaignResults(
        first=first,
        last=last,
        by_day=by_day,
        totals=_results(_together(spent, leads, known, channels=False)),
        points=_points(_stored(tx, span), _came(leads, timezone), known, _as_it_is if by_day else month_of),
        channels=_results(_together(spent, leads, known, channels=True)),
        campaigns=campaigns[:MOST_RESULTS],
        left_out=max(0, len(campaigns) - MOST_RESULTS),
    )


def campaign_own_results(tx: Transaction, span: Span, campaign_id: int) -> list[Result]:
    """Of one campaign, by currency."""
    first, last = span.labels[0], span.labels[-1]
    spent = sum_span(tx, first, last, campaign_id=campaign_id)
    leads = lead_results(tx, span.since, span.until, campaign_id=campaign_id)
    known = _known(tx, spent, leads)
    return _named(_by_campaign(spent, leads, known), known)


def _known(
    tx: Transaction, spent: Mapping[tuple[int, str], Sums], leads: Iterable[LeadResult]
) -> dict[int, Campaigning]:
    """Also those in the trash. Their currencies are those of spend and money, else their own."""
    currencies: dict[int, set[str]] = {}
    for campaign_id, currency in spent:
        currencies.setdefault(campaign_id, set()).add(currency)
    for lead in leads:
        currencies.setdefault(lead.campaign_id, set()).update(lead.money)
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
    spent: Mapping[tuple[int, str], Sums], leads: Iterable[LeadResult], known: Mapping[int, Campaigning]
) -> Tallies:
    found: Tallies = {key: Tally(sums) for key, sums in spent.items()}
    for lead in leads:
        for currency in known[lead.campaign_id].currencies:
            found.setdefault((lead.campaign_id, currency), Tally()).count(lead, currency)
    return found


def _together(
    spent: Mapping[tuple[int, str], Sums],
    leads: Iterable[LeadResult],
    known: Mapping[int, Campaigning],
    *,
    channels: bool,
) -> Tallies:
    """Of each channel, or of all campaigns."""
    found: Tallies = {}
    for (campaign_id, currency), sums in spent.items():
        key = (known[campaign_id].channel if channels else "", currency)
        found.setdefault(key, Tally()).sums.add(*sums.stored())
    for lead in leads:
        campaign = known[lead.campaign_id]
        for currency in campaign.currencies:
            key = (campaign.channel if channels else "", currency)
            found.setdefault(key, Tally()).count(lead, currency)
    return found


def _stored(tx: Transaction, span: Span) -> Mapping[tuple[str, str], Sums]:
    """By day and currency."""
    return read_stored_days(tx, span.labels[0], span.labels[-1]).days


def _came(leads: Iterable[LeadResult], timezone: str) -> list[tuple[str, LeadResult]]:
    """With the day in that zone."""
    zone = ZoneInfo(timezone)
    return [(clock.from_text(each.created_at).astimezone(zone).date().isoformat(), each) for each in leads]


def _points(
    spent: Mapping[tuple[str, str], Sums],
    came: Iterable[tuple[str, LeadResult]],
    known: Mapping[int, Campaigning],
    label: Callable[[str], str],
) -> list[Result]:
    """By the days, or months, on which money was spent and leads came."""
    found: Tallies = {}
    for (day, currency), sums in spent.items():
        found.setdefault((label(day), currency), Tally()).sums.add(*sums.stored())
    for day, lead in came:
        for currency in known[lead.campaign_id].currencies:
            found.setdefault((label(day), currency), Tally()).count(lead, currency)
    return [result_of(*key, tally) for key, tally in sorted(found.items())]


def _as_it_is(day: str) -> str:
    return day


def _named(found: Tallies, known: Mapping[int, Campaigning]) -> list[Result]:
    """Those that spent most first, then those with most leads."""
    dearest = sorted(found.items(), key=lambda each: (-each[1].sums.spend, -each[1].leads, each[0]))
    return [result_of(known[key].name, currency, tally, key) for (key, currency), tally in dearest]


def _results(found: Tallies) -> list[Result]:
    dearest = sorted(found.items(), key=lambda each: (-each[1].sums.spend, -each[1].leads, each[0]))
    return [result_of(*key, tally) for key, tally in dearest]

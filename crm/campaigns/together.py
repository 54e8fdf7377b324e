"""Leads and sales in several currencies as one: each lead counted once, money by the rates."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from crm.campaigns.exchange_rates import Worths
from crm.campaigns.figures import MILLIONTHS
from crm.campaigns.lead_results import LeadSum
from crm.campaigns.measures import Number, in_units, rate
from crm.campaigns.result_tally import TEN_THOUSANDTHS
from crm.campaigns.stored_reports import StoredDays


@dataclass(frozen=True, slots=True)
class Together:
    """In `currency`, the workspace's. Spend and money of the currencies in `without` are not in it: they have
    no rate. Both are None where no other currency has one.
    """

    currency: str
    leads: int
    qualified: int
    won: int
    spend: Number | None
    money: Number | None
    cost_per_lead: float | None
    cost_per_won: float | None
    return_on_spend: float | None
    without: list[str]


def put_together(worths: Worths, leads: Iterable[LeadSum], stored: StoredDays, last: str) -> Together:
    """Spend by the rates of each day, money by those of the `last`."""
    leads, without = list(leads), set[str]()
    spent = [(day, currency, sums.spend) for (day, currency), sums in stored.days.items()]
    earned = [(last, currency, amount) for each in leads for (_, currency), amount in each.money.items()]
    spend, money = (_converted(worths, amounts, without) for amounts in (spent, earned))
    known = any(worths.knows(currency) for _, currency, _ in (*spent, *earned))
    count, won = sum(each.leads for each in leads), sum(each.won for each in leads)
    return Together(
        currency=worths.currency,
        leads=count,
        qualified=sum(each.qualified for each in leads),
        won=won,
        spend=in_units(spend, MILLIONTHS) if known else None,
        money=in_units(money, TEN_THOUSANDTHS) if known else None,
        cost_per_lead=rate(spend, count, MILLIONTHS) if known else None,
        cost_per_won=rate(spend, won, MILLIONTHS) if known else None,
        return_on_spend=rate(money, spend, TEN_THOUSANDTHS, MILLIONTHS) if known else None,
        without=sorted(without),
    )


def _converted(worths: Worths, amounts: Iterable[tuple[str, str, int]], without: set[str]) -> int:
    """Rounded once. Currencies that have no rate on a day join `without`."""
    whole = Decimal(0)
    for day, currency, amount in amounts:
        worth = worths.on(day, currency)
        if worth is None:
            without.add(currency)
        else:
            whole += amount * worth
    return int(whole.quantize(Decimal(1), ROUND_HALF_EVEN))

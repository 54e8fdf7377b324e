"""What spend, leads and sales come to, and the rates that follow from them."""

from dataclasses import dataclass, field

from crm.campaigns.figures import BILLIONTHS, MILLIONTHS
from crm.campaigns.lead_results import Basis, LeadSum
from crm.campaigns.measures import Number, in_units, rate
from crm.campaigns.source_sums import SourceConversions, SourcedSums

TEN_THOUSANDTHS = 10_000


@dataclass(slots=True)
class Tally:
    """In one currency. Money is in whole ten-thousandths, by what told it."""

    sums: SourcedSums = field(default_factory=SourcedSums)
    leads: int = 0
    qualified: int = 0
    won: int = 0
    money: dict[Basis, int] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        self.sums.join(other.sums)
        self.leads += other.leads
        self.qualified += other.qualified
        self.won += other.won
        for basis, amount in other.money.items():
            self.money[basis] = self.money.get(basis, 0) + amount

    def count(self, came: LeadSum) -> None:
        self.leads += came.leads
        self.qualified += came.qualified
        self.won += came.won

    def earn(self, basis: Basis, amount: int) -> None:
        self.money[basis] = self.money.get(basis, 0) + amount


@dataclass(frozen=True, slots=True)
class Result:
    """Money in major units of one currency. None is what no source tells, and what would divide by zero.

    `money` is what the leads paid on invoices, else what their delivered deals came to, else the value of the
    won ones: the three `from_` parts. `return_on_spend` is money by spend. `platform_conversions`
    are what the platforms count for themselves, beside our leads and never added to them; where several count
    some, they are added, and `conversions_by_source` tells what each counts.
    """

    name: str
    currency: str
    campaign_id: int | None
    impressions: int | None
    clicks: int | None
    spend: Number | None
    platform_conversions: Number | None
    leads: int
    qualified: int
    won: int
    cost_per_lead: float | None
    cost_per_won: float | None
    money: Number
    from_invoices: Number
    from_deals: Number
    from_values: Number
    return_on_spend: float | None
    conversions_by_source: list[SourceConversions] = field(default_factory=list)


def result_of(name: str, currency: str, tally: Tally, campaign_id: int | None = None) -> Result:
    impressions, clicks, spend, conversions, _ = tally.sums.told()
    whole = sum(tally.money.values())
    return Result(
        name=name,
        currency=currency,
        campaign_id=campaign_id,
        impressions=impressions,
        clicks=clicks,
        spend=in_units(spend, MILLIONTHS),
        platform_conversions=in_units(conversions, BILLIONTHS),
        leads=tally.leads,
        qualified=tally.qualified,
        won=tally.won,
        cost_per_lead=rate(spend, tally.leads, MILLIONTHS),
        cost_per_won=rate(spend, tally.won, MILLIONTHS),
        money=_major(whole),
        from_invoices=_major(tally.money.get("invoices", 0)),
        from_deals=_major(tally.money.get("deal", 0)),
        from_values=_major(tally.money.get("value", 0)),
        return_on_spend=rate(whole, spend, TEN_THOUSANDTHS, MILLIONTHS),
        conversions_by_source=tally.sums.by_source(),
    )


def _major(stored: int) -> Number:
    return in_units(stored, TEN_THOUSANDTHS) or 0

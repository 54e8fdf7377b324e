"""What figures come to: sums in major units, and the rates that follow from them."""

from dataclasses import dataclass

from crm.campaigns.figures import BILLIONTHS, MILLIONTHS

PLACES = 6
Number = int | float


@dataclass(slots=True)
class Sums:
    """As they are stored: money in millionths, conversions in billionths."""

    impressions: int = 0
    clicks: int = 0
    spend: int = 0
    conversions: int = 0
    value: int = 0

    def add(self, impressions: int, clicks: int, spend: int, conversions: int, value: int) -> None:
        self.impressions += impressions
        self.clicks += clicks
        self.spend += spend
        self.conversions += conversions
        self.value += value

    def stored(self) -> tuple[int, int, int, int, int]:
        return self.impressions, self.clicks, self.spend, self.conversions, self.value


@dataclass(frozen=True, slots=True)
class Measures:
    """Money in major units of one currency. A rate that would divide by zero is None.

    `conversions` and their value are what the platforms tell. `ctr` is clicks by impressions,
    `conversion_rate` conversions by clicks, `cpm` the cost of 1,000 impressions, `roas` value by spend.
    """

    impressions: int
    clicks: int
    spend: Number
    conversions: Number
    conversion_value: Number
    ctr: float | None
    cpc: float | None
    cpm: float | None
    cpa: float | None
    conversion_rate: float | None
    roas: float | None


def measures_of(sums: Sums) -> Measures:
    conversions, money = sums.conversions * MILLIONTHS, MILLIONTHS * BILLIONTHS
    spend, value = sums.spend * BILLIONTHS, sums.value * BILLIONTHS
    return Measures(
        impressions=sums.impressions,
        clicks=sums.clicks,
        spend=in_units(sums.spend, MILLIONTHS),
        conversions=in_units(sums.conversions, BILLIONTHS),
        conversion_value=in_units(sums.value, MILLIONTHS),
        ctr=rate(sums.clicks, sums.impressions),
        cpc=rate(spend, sums.clicks * money),
        cpm=rate(spend * 1000, sums.impressions * money),
        cpa=rate(spend, conversions),
        conversion_rate=rate(conversions, sums.clicks * money),
        roas=rate(value, spend),
    )


def in_units(stored: int, unit: int) -> Number:
    """The number that is sent: whole where it is whole."""
    whole, rest = divmod(stored, unit)
    return stored / unit if rest else whole


def rate(part: int, whole: int) -> float | None:
    return round(part / whole, PLACES) if whole else None

"""What figures come to: sums in major units, and the rates that follow from them."""

from dataclasses import dataclass

from crm.campaigns.figures import BILLIONTHS, FIGURES, MILLIONTHS

PLACES = 6
ALL_UNTOLD = 2 ** len(FIGURES) - 1
Number = int | float


@dataclass(slots=True)
class Sums:
    """As they are stored: money in millionths, conversions in billionths. `untold` has a bit for each of
    FIGURES of which no row told anything.
    """

    impressions: int = 0
    clicks: int = 0
    spend: int = 0
    conversions: int = 0
    value: int = 0
    untold: int = ALL_UNTOLD

    def add(  # noqa: PLR0917 - as they are stored
        self, impressions: int, clicks: int, spend: int, conversions: int, value: int, untold: int = 0
    ) -> None:
        self.impressions += impressions
        self.clicks += clicks
        self.spend += spend
        self.conversions += conversions
        self.value += value
        self.untold &= untold

    def stored(self) -> tuple[int, int, int, int, int, int]:
        return self.impressions, self.clicks, self.spend, self.conversions, self.value, self.untold

    def told(self) -> list[int | None]:
        """In the order of FIGURES; None is what nobody told."""
        return [
            None if self.untold >> place & 1 else number
            for place, number in enumerate(self.stored()[: len(FIGURES)])
        ]


@dataclass(frozen=True, slots=True)
class Measures:
    """Money in major units of one currency. None is what no source tells, and a rate without both its parts
    or that would divide by zero.

    `conversions` and their value are what the platforms tell. `ctr` is clicks by impressions,
    `conversion_rate` conversions by clicks, `cpm` the cost of 1,000 impressions, `roas` value by spend.
    """

    impressions: int | None
    clicks: int | None
    spend: Number | None
    conversions: Number | None
    conversion_value: Number | None
    ctr: float | None
    cpc: float | None
    cpm: float | None
    cpa: float | None
    conversion_rate: float | None
    roas: float | None


def measures_of(sums: Sums) -> Measures:
    impressions, clicks, spend, conversions, value = sums.told()
    return Measures(
        impressions=impressions,
        clicks=clicks,
        spend=in_units(spend, MILLIONTHS),
        conversions=in_units(conversions, BILLIONTHS),
        conversion_value=in_units(value, MILLIONTHS),
        ctr=rate(clicks, impressions),
        cpc=rate(spend, clicks, MILLIONTHS),
        cpm=rate(spend, impressions, MILLIONTHS // 1000),
        cpa=rate(spend, conversions, MILLIONTHS, BILLIONTHS),
        conversion_rate=rate(conversions, clicks, BILLIONTHS),
        roas=rate(value, spend),
    )


def in_units(stored: int | None, unit: int) -> Number | None:
    """The number that is sent: whole where it is whole."""
    if stored is None:
        return None
    whole, rest = divmod(stored, unit)
    return stored / unit if rest else whole


def rate(part: int | None, whole: int | None, of_part: int = 1, of_whole: int = 1) -> float | None:
    """One by the other, each in its own unit."""
    if part is None or not whole:
        return None
    return round(part * of_whole / (whole * of_part), PLACES)

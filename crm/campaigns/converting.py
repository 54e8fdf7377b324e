"""What figures in several currencies come to in the workspace's, by its rates of each day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

from crm.campaigns.exchange_rates import Worths
from crm.campaigns.measures import Measures, Sums, measures_of
from crm.campaigns.stored_reports import StoredDays


@dataclass(frozen=True, slots=True)
class Converted:
    """All currencies in this one, beside their own sums. `without` are those that have figures of a day
    without a rate: these figures are not in it.
    """

    currency: str
    now: Measures
    before: Measures
    without: list[str]


@dataclass(slots=True)
class _Whole:
    sums: Sums = field(default_factory=Sums)
    spend: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    without: set[str] = field(default_factory=set)


def convert(worths: Worths, now: StoredDays, before: StoredDays) -> Converted | None:
    """None where all is in the own currency, or no rate is known of any other."""
    others = (now.sums.keys() | before.sums.keys()) - {worths.currency}
    ones, earlier = _whole(worths, now.days.items()), _whole(worths, before.days.items())
    without = ones.without | earlier.without
    known = any(worths.knows(each) for each in others)
    if not known:
        return None
    return Converted(worths.currency, _measures(ones), _measures(earlier), sorted(without))


def _whole(worths: Worths, days: Iterable[tuple[tuple[str, str], Sums]]) -> _Whole:
    whole = _Whole()
    for (day, currency), sums in days:
        worth = worths.on(day, currency)
        if worth is None:
            whole.without.add(currency)
            continue
        whole.sums.add(*sums.stored())
        whole.spend += sums.spend * worth
        whole.value += sums.value * worth
    return whole


def _measures(whole: _Whole) -> Measures:
    """Rounded once, to millionths."""
    whole.sums.spend, whole.sums.value = _rounded(whole.spend), _rounded(whole.value)
    return measures_of(whole.sums)


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_EVEN))
